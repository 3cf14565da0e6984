#include "watch/watch_rounds.hpp"

#include <algorithm>
#include <iterator>

namespace tracetcp {
namespace {

Strategy of_rounds(Strategy strategy) {
  strategy.asks_again = false;  // the next round does
  return strategy;
}

}  // namespace

std::optional<Reason> WatchRounds::RoundTask::on(const Reply& reply) {
  const auto why_not = TraceTask::on(reply);
  if (!why_not && progressed_) progressed_(tracer().trace());
  return why_not;
}

WatchRounds::WatchRounds(const Strategy& strategy, const WatchPlan& plan)
    : plan_(plan), strategy_(of_rounds(strategy)), pacer_(strategy) {
  for (const Endpoint& target : plan_.targets) add(target);
  are_all_added_ = !plan_.targets.empty();
}

void WatchRounds::add(const Endpoint& target, TimePoint due) {
  if (!place_of_.try_emplace(target, watched_.size()).second) return;
  waiting_.emplace(due, watched_.size());
  watched_.push_back({.target = target, .due = due});
}

bool WatchRounds::has_room(const Watched& one) const {
  if (plan_.rounds && one.begun == *plan_.rounds) return false;
  return one.under_way < (plan_.may_overlap ? most_under_way : 1);
}

/// Of one port a round may begin at any time.
TimePoint WatchRounds::may_begin() const {
  return watched_.size() > 1 ? pacer_.may_begin(strategy_.first_ttl) : TimePoint{};
}

Task* WatchRounds::next(std::uint32_t first_id, TimePoint now) {
  if (paused_ || waiting_.empty() || now < waiting_.begin()->first || now < may_begin()) {
    return nullptr;
  }
  const std::size_t place = waiting_.begin()->second;
  waiting_.erase(waiting_.begin());
  Watched& one = watched_[place];
  // A round that could not begin in time is not made up for.
  one.due =
      one.begun == 0 || one.due + plan_.every < now ? now + plan_.every : one.due + plan_.every;
  pacer_.began(now);
  rounds_.emplace_back(first_id, place, one.target, strategy_of_next(one), pacer_, now,
                       plan_.progressed);
  round_of_[&rounds_.back().task] = std::prev(rounds_.end());
  ++one.begun;
  ++one.under_way;
  one.next_is_full = one.begun % full_every == 0;
  one.traces.push_back(first_id);
  if (has_room(one)) waiting_.emplace(one.due, place);
  return &rounds_.back().task;
}

TimePoint WatchRounds::wake() const {
  return paused_ || waiting_.empty() ? never : std::max(waiting_.begin()->first, may_begin());
}

void WatchRounds::ended(Task& task) {
  const auto found = round_of_.find(&task);
  const std::size_t place = found->second->place;
  rounds_.erase(found->second);
  round_of_.erase(found);
  Watched& one = watched_[place];
  --one.under_way;
  if (has_room(one)) waiting_.emplace(one.due, place);  // unless it is there
}

Strategy WatchRounds::strategy_of_next(const Watched& one) const {
  Strategy strategy = strategy_;
  strategy.expected_end = one.end;
  if (one.next_is_full || one.reach < strategy.first_ttl.value) return strategy;
  const int known = one.reach + beyond - strategy.first_ttl.value + 1;
  strategy.max_hops = std::min(strategy.max_hops, known);
  return strategy;
}

void WatchRounds::learn(const Trace& trace) {
  const auto place = place_of_.find(trace.target);
  if (trace.cut_short() || place == place_of_.end()) return;
  Watched& one = watched_[place->second];
  const Verdict& verdict = trace.verdict;
  const bool is_end = verdict.state == State::open || verdict.state == State::closed ||
                      verdict.state == State::rejected;
  if (is_end && verdict.ttl) {
    one.end = verdict.ttl;
    one.reach = verdict.ttl->value;
  } else if (verdict.ttl) {
    one.reach = std::max(one.reach, static_cast<int>(verdict.ttl->value));
  }
  if (verdict.state == State::incomplete) one.next_is_full = true;
}

std::vector<Trace> WatchRounds::in_order(const Trace& trace) {
  const auto place = place_of_.find(trace.target);
  if (place == place_of_.end()) return {};
  Watched& one = watched_[place->second];
  one.early.emplace(trace.id, trace);
  std::vector<Trace> ready;
  while (!one.traces.empty()) {
    const auto next = one.early.find(one.traces.front());
    if (next == one.early.end()) break;
    ready.push_back(std::move(next->second));
    one.early.erase(next);
    one.traces.pop_front();
  }
  return ready;
}

}  // namespace tracetcp
