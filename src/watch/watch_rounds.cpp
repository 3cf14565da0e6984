#include "watch/watch_rounds.hpp"

#include <algorithm>

namespace tracetcp {
namespace {

Strategy of_rounds(Strategy strategy) {
  strategy.asks_again = false;  // the next round does
  return strategy;
}

}  // namespace

WatchRounds::WatchRounds(const Strategy& strategy, const WatchPlan& plan)
    : strategy_(of_rounds(strategy)), plan_(plan), pacer_(strategy) {}

bool WatchRounds::has_room() const {
  return traces_.size() < (plan_.may_overlap ? most_under_way : 1);
}

Task* WatchRounds::next(std::uint32_t first_id, TimePoint now) {
  if (exhausted() || paused_ || !has_room() || now < due_) return nullptr;
  // A round that could not begin in time is not made up for.
  due_ = begun_ == 0 || due_ + plan_.every < now ? now + plan_.every : due_ + plan_.every;
  traces_.emplace_back(first_id, plan_.target, strategy_of_next(), pacer_, now);
  ++begun_;
  next_is_full_ = begun_ % full_every == 0;
  return &traces_.back().task;
}

TimePoint WatchRounds::wake() const {
  return exhausted() || paused_ || !has_room() ? never : due_;
}

Strategy WatchRounds::strategy_of_next() const {
  Strategy strategy = strategy_;
  strategy.expected_end = end_;
  if (next_is_full_ || reach_ < strategy.first_ttl.value) return strategy;
  const int known = reach_ + beyond - strategy.first_ttl.value + 1;
  strategy.max_hops = std::min(strategy.max_hops, known);
  return strategy;
}

void WatchRounds::learn(const Trace& trace) {
  if (trace.cut_short()) return;
  const Verdict& verdict = trace.verdict;
  const bool is_end = verdict.state == State::open || verdict.state == State::closed ||
                      verdict.state == State::rejected;
  if (is_end && verdict.ttl) {
    end_ = verdict.ttl;
    reach_ = verdict.ttl->value;
  } else if (verdict.ttl) {
    reach_ = std::max(reach_, static_cast<int>(verdict.ttl->value));
  }
  if (verdict.state == State::incomplete) next_is_full_ = true;
}

}  // namespace tracetcp
