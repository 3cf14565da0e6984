#pragma once

#include "tracer/trace_task.hpp"

#include <tracetcp/strategy.hpp>
#include <tracetcp/trace.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

namespace tracetcp {

/// What is asked of a watch.
struct WatchPlan {
  Endpoint target;
  Duration every = std::chrono::seconds(1);  ///< from the start of one round to that of the next
  std::optional<std::uint64_t> rounds;       ///< empty: until it is interrupted
  bool may_overlap = true;                   ///< a round may begin while others are under way
};

/// Hands out the rounds of a watch, each a trace of the same port.
///
/// A round asks only as far as the path is known to lead, and three hops beyond, but for every
/// tenth, which asks as far as the strategy says; so does one after a round that ended at a hop
/// which still answers. TTLs beyond the known end of the path are asked only as slowly as the
/// target itself. So two or three SYNs of a round get there, not one for each TTL.
class WatchRounds final : public TaskSource {
 public:
  WatchRounds(const Strategy& strategy, const WatchPlan& plan);

  Task* next(std::uint32_t first_id, TimePoint now) override;
  [[nodiscard]] bool exhausted() const override { return plan_.rounds && begun_ == *plan_.rounds; }
  [[nodiscard]] TimePoint wake() const override;
  void ended(Task& /*first*/) override { traces_.pop_front(); }

  /// Takes the result of a round: the next ones follow from it.
  void learn(const Trace& trace);

  /// No round begins while it is paused.
  void pause(bool paused) { paused_ = paused; }
  [[nodiscard]] bool is_paused() const { return paused_; }

 private:
  static constexpr std::size_t most_under_way = 8;
  static constexpr std::uint64_t full_every = 10;
  static constexpr int beyond = 3;

  /// A round with the strategy of its own.
  struct Round {
    Round(std::uint32_t id, Endpoint target, const Strategy& asked, Pacer& pacer, TimePoint now)
        : strategy(asked), task(id, target, strategy, pacer, now) {}
    Strategy strategy;
    TraceTask task;
  };

  [[nodiscard]] bool has_room() const;
  [[nodiscard]] Strategy strategy_of_next() const;

  const Strategy strategy_;
  const WatchPlan plan_;
  Pacer pacer_;
  std::deque<Round> traces_;
  std::uint64_t begun_ = 0;
  TimePoint due_{};
  std::optional<Ttl> end_;  ///< where the last round ended, else an earlier one
  int reach_ = 0;           ///< the largest TTL that is known to be on the path; 0: none is
  bool next_is_full_ = true;
  bool paused_ = false;
};

}  // namespace tracetcp
