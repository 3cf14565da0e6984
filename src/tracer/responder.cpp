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
  // those are sent without pauses they are soon through. Each turn costs others more than a second,
  // so few turns of many are better than many of few, as long as nothing shows a limit.
  if (turn_) return turn_->until + 1ms;
  const Duration suspicion_lasts = !is_gentle() ? 3s : answers_slowly_ ? 1s : 8s;
  // Who answers so seldom is not asked at its own pace: most of what is asked stays unanswered.
  const TimePoint next = last_sent_ + (is_overrun_ ? gentle_ : interval_);
  if (!holds_up_others() || next <= first_suspicion_ + suspicion_lasts) return next;
  return last_sent_ + recovery + 1ms;
}

bool Responder::holds_up_others() const {
  return !suspicions_.empty() || (!slowed_.empty() && !is_paced());
}

void Responder::sent(TimePoint now) {
  last_sent_ = now;
  if (!std::exchange(is_rechecking_, false)) last_usual_ = now;
}

void Responder::answered(std::uint32_t trace) {
  if (!first_answered_) first_answered_ = trace;
  answered_several_ = answered_several_ || *first_answered_ != trace;
  filtered_.erase(trace);
  const bool is_of_turn = turn_ && turn_->asked.holds(trace);
  if (is_of_turn) ++turn_->answered;
  const bool is_of_queue = suspicions_.holds(trace);
  withdraw(trace);
  if (!is_of_turn && !is_paced() && were_slowed_.contains(trace)) {
    answers_slowly_ = true;
    slow_down();
  } else if (is_of_queue) {
    slow_down();
  } else if (!is_of_turn) {
    interval_ = std::max(gentle_, interval_ - interval_ / 8);
  }
}

Duration Responder::wait_for_answer() const {
  return longest_ == 0ns ? Duration::max() : std::max(3 * longest_, longest_ + 100ms);
}

void Responder::slow_down() {
  interval_ = std::clamp<Duration>(4 * interval_, gentle_pace, slowest);
}

bool Responder::answers_others(std::uint32_t trace) const {
  return first_answered_ && (answered_several_ || *first_answered_ != trace);
}

void Responder::suspect(std::uint32_t trace, TimePoint now) {
  if (is_suspected_by(trace) || is_filtered(trace)) return;
  if (suspicions_.empty() && (is_gentle() || slowed_.empty())) {
    first_suspicion_ = now;
    if (!turn_) answers_slowly_ = false;
  }
  const bool is_first_time = !is_gentle() && !were_slowed_.contains(trace);
  (is_first_time ? slowed_ : suspicions_).push_back(trace);
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

/// From when on any limiter has recovered.
TimePoint Responder::rested_at() const {
  return (is_paced() ? last_sent_ : last_usual_) + recovery;
}

bool Responder::may_recheck(std::uint32_t trace, TimePoint now) const {
  const bool is_slow = slowed_.holds(trace);
  if (!is_slow && !suspicions_.holds(trace)) return false;
  if (turn_) {
    return turn_->began == now && turn_->asked.size() + turn_->answered < at_once_ &&
           (!is_slow || turn_->is_of_all);
  }
  if (is_slow && now >= last_sent_ + gentle_pace) return true;
  return is_rested(now) && (!is_slow || !is_paced());
}

void Responder::recheck(std::uint32_t trace, TimePoint now, TimePoint until) {
  is_rechecking_ = true;
  const bool is_of_all = !is_paced() && is_rested(now);
  if (slowed_.holds(trace)) {
    slowed_.erase(trace);
    if (!turn_ && !is_of_all) {
      were_slowed_.insert(trace);
      return;
    }
  }
  if (!turn_) turn_ = Turn{.began = now, .until = until, .is_of_all = is_of_all, .asked = {}};
  turn_->until = std::max(turn_->until, until);
  turn_->asked.push_back(trace);
  suspicions_.erase(trace);
}

TimePoint Responder::wake(std::uint32_t trace) const {
  if (turn_) return turn_->until;
  if (slowed_.holds(trace)) {
    // Some before it may leave without being asked, so it looks again on half its way.
    const TimePoint turn_comes = last_sent_ + gentle_pace * (slowed_.place_of(trace) / 2 + 1);
    return is_paced() ? turn_comes : std::min(turn_comes, rested_at());
  }
  return suspicions_.holds(trace) ? rested_at() : never;
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
  answers_slowly_ = true;
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
    const bool is_first_time = !is_gentle() && !were_slowed_.contains(trace);
    if (is_first_time) {
      slowed_.push_back(trace);
    } else {
      again.push_back(trace);
    }
  });
  for (auto trace = again.rbegin(); trace != again.rend(); ++trace) suspicions_.push_front(*trace);
}

}  // namespace tracetcp
