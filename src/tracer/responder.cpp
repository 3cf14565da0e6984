#include "tracer/responder.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace tracetcp {

using namespace std::chrono_literals;

namespace {

/// As many as a gentle run, or any, asks at once.
constexpr std::size_t gently_at_once = 64;
constexpr std::size_t most_at_once = 2048;
constexpr Duration slowest = 1s;
/// Some hundred a second: many routers limit their ICMP errors to about that.
constexpr Duration gentle_pace = 10ms;

}  // namespace

Responder::Responder(Duration gentle)
    : gentle_(gentle),
      interval_(gentle),
      at_once_(gentle == Duration{} ? most_at_once : gently_at_once) {}

TimePoint Responder::ready() const {
  // Those under suspicion are asked alone. They let others go first, but not without end; where
  // those are sent without pauses they are soon through.
  if (turn_) return turn_->until + 1ms;
  const Duration suspicion_lasts = is_gentle() ? 1s : 3s;
  // Who answers so seldom is not asked at its own pace: most of what is asked stays unanswered.
  const TimePoint next = last_sent_ + (is_overrun_ ? gentle_ : interval_);
  if (suspicions_.empty() || next <= first_suspicion_ + suspicion_lasts) return next;
  return last_sent_ + recovery + 1ms;
}

void Responder::answered(std::uint32_t trace) {
  if (!first_answered_) first_answered_ = trace;
  answered_several_ = answered_several_ || *first_answered_ != trace;
  filtered_.erase(trace);
  const bool is_of_turn = turn_ && turn_->asked.holds(trace);
  if (is_of_turn) ++turn_->answered;
  const bool is_of_queue = suspicions_.holds(trace);
  withdraw(trace);
  if (is_of_queue) {
    slow_down();
  } else if (!is_of_turn) {
    interval_ = std::max(gentle_, interval_ - interval_ / 8);
  }
}

void Responder::slow_down() {
  interval_ = std::clamp<Duration>(4 * interval_, gentle_pace, slowest);
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
  suspicions_.erase(trace);
  slowed_.erase(trace);
  if (turn_) turn_->asked.erase(trace);
}

void Responder::give_up(std::uint32_t trace) {
  filtered_.insert(trace);
  withdraw(trace);
}

bool Responder::is_suspected_by(std::uint32_t trace) const {
  return (turn_ && turn_->asked.holds(trace)) || suspicions_.holds(trace) || slowed_.holds(trace);
}

bool Responder::may_recheck(std::uint32_t trace, TimePoint now) const {
  if (slowed_.holds(trace)) return !turn_ && now >= last_sent_ + gentle_pace;
  if (!suspicions_.holds(trace)) return false;
  if (!turn_) return now >= last_sent_ + recovery;
  return turn_->began == now && turn_->asked.size() + turn_->answered < at_once_;
}

void Responder::recheck(std::uint32_t trace, TimePoint now, TimePoint until) {
  if (slowed_.holds(trace)) {
    slowed_.erase(trace);
    return;
  }
  if (!turn_) turn_ = Turn{.began = now, .until = until, .asked = {}};
  turn_->until = std::max(turn_->until, until);
  turn_->asked.push_back(trace);
  suspicions_.erase(trace);
}

TimePoint Responder::wake(std::uint32_t trace) const {
  if (turn_) return turn_->until;
  if (slowed_.holds(trace)) return last_sent_ + gentle_pace * (slowed_.place_of(trace) + 1);
  return suspicions_.holds(trace) ? last_sent_ + recovery : never;
}

void Responder::conclude(TimePoint now) {
  if (!turn_ || now < turn_->until) return;
  const Turn turn = *std::move(turn_);
  turn_.reset();
  if (turn.answered == 0) {
    turn.asked.for_each([this](std::uint32_t trace) { filtered_.insert(trace); });
    at_once_ = std::min(2 * at_once_, is_gentle() ? gently_at_once : most_at_once);
    return;
  }
  slow_down();
  requeue(turn.asked);
  at_once_ = turn.answered;
  const auto turns = static_cast<int>(suspicions_.size() / at_once_);
  is_overrun_ = is_overrun_ || turns * recovery > patience;
}

/// A limit was met, which those that were not answered may owe their silence to.
void Responder::requeue(const Suspects& unanswered) {
  std::vector<std::uint32_t> again;
  unanswered.for_each([&](std::uint32_t trace) {
    const bool is_first_time = !is_gentle() && were_slowed_.insert(trace).second;
    if (is_first_time) {
      slowed_.push_back(trace);
    } else {
      again.push_back(trace);
    }
  });
  for (auto trace = again.rbegin(); trace != again.rend(); ++trace) suspicions_.push_front(*trace);
}

}  // namespace tracetcp
