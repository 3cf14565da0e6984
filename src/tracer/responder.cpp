#include "tracer/responder.hpp"

#include <algorithm>

namespace tracetcp {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t most_at_once = 64;
constexpr Duration slowest = 1s;
constexpr Duration suspicion_lasts = 1s;

template <class Traces>
bool holds(const Traces& traces, std::uint32_t trace) {
  return std::find(traces.begin(), traces.end(), trace) != traces.end();
}

}  // namespace

TimePoint Responder::ready() const {
  // Those under suspicion are asked alone. They let others go first, but not for ever.
  if (turn_) return turn_->until + 1ms;
  const TimePoint next = last_sent_ + interval_;
  if (suspicions_.empty() || next <= first_suspicion_ + suspicion_lasts) return next;
  return last_sent_ + recovery + 1ms;
}

void Responder::answered(std::uint32_t trace) {
  if (!first_answered_) first_answered_ = trace;
  answered_several_ = answered_several_ || *first_answered_ != trace;
  filtered_.erase(trace);
  if (is_suspected_by(trace)) {
    if (turn_ && is_asked(trace)) ++turn_->answered;
    withdraw(trace);
    interval_ = std::clamp<Duration>(4 * interval_, 10ms, slowest);
  } else {
    interval_ = std::max(gentle_, interval_ - interval_ / 8);
  }
}

bool Responder::answers_others(std::uint32_t trace) const {
  return first_answered_ && (answered_several_ || *first_answered_ != trace);
}

void Responder::suspect(std::uint32_t trace, TimePoint now) {
  if (is_suspected_by(trace) || is_filtered(trace)) return;
  if (suspicions_.empty()) first_suspicion_ = now;
  suspicions_.push_back(trace);
}

void Responder::withdraw(std::uint32_t trace) {
  std::erase(suspicions_, trace);
  if (turn_) std::erase(turn_->asked, trace);
}

bool Responder::is_asked(std::uint32_t trace) const {
  return turn_ && holds(turn_->asked, trace);
}

bool Responder::is_suspected_by(std::uint32_t trace) const {
  return is_asked(trace) || holds(suspicions_, trace);
}

bool Responder::may_recheck(std::uint32_t trace, TimePoint now) const {
  if (!holds(suspicions_, trace)) return false;
  if (!turn_) return now >= last_sent_ + recovery;
  return turn_->began == now && turn_->asked.size() < at_once_;
}

void Responder::recheck(std::uint32_t trace, TimePoint now, TimePoint until) {
  if (!turn_) turn_ = Turn{.began = now, .until = until, .asked = {}};
  turn_->until = std::max(turn_->until, until);
  turn_->asked.push_back(trace);
  std::erase(suspicions_, trace);
}

TimePoint Responder::wake(std::uint32_t trace) const {
  if (turn_) return turn_->until;
  return holds(suspicions_, trace) ? last_sent_ + recovery : never;
}

void Responder::conclude(TimePoint now) {
  if (!turn_ || now < turn_->until) return;
  const Turn turn = *std::move(turn_);
  turn_.reset();
  if (turn.answered == 0) {
    filtered_.insert(turn.asked.begin(), turn.asked.end());
    at_once_ = std::min(2 * at_once_, most_at_once);
    return;
  }
  suspicions_.insert(suspicions_.begin(), turn.asked.begin(), turn.asked.end());
  at_once_ = turn.answered;
}

}  // namespace tracetcp
