#pragma once

#include "tracer/trace_task.hpp"

#include <tracetcp/strategy.hpp>
#include <tracetcp/trace.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tracetcp {

/// What is asked of a watch.
struct WatchPlan {
  std::vector<Endpoint> targets;             ///< the ports to watch
  Duration every = std::chrono::seconds(1);  ///< from the start of one round to that of the next
  std::optional<std::uint64_t> rounds;       ///< empty: until it is interrupted
  bool may_overlap = true;                   ///< a round may begin while others are under way
  /// Called with a round that is under way whenever something of it came; empty: not wanted.
  std::function<void(const Trace&)> progressed{};
};

/// Hands out the rounds of a watch, each a trace of one of its ports. The ports take turns: each
/// has its first round a part of `every` after that of the one before.
///
/// A round asks only as far as the path is known to lead, and three hops beyond, but for every
/// tenth, which asks as far as the strategy says; so does one after a round that ended at a hop
/// which still answers. TTLs beyond the known end of the path are asked only as slowly as the
/// target itself. So two or three SYNs of a round get there, not one for each TTL.
class WatchRounds final : public TaskSource {
 public:
  WatchRounds(const Strategy& strategy, const WatchPlan& plan);

  /// One more port.
  void add(const Endpoint& target, TimePoint due = {});
  /// No more ports are added. To be called once; so it is where the plan has some.
  void all_added() { are_all_added_ = true; }

  Task* next(std::uint32_t first_id, TimePoint now) override;
  [[nodiscard]] bool exhausted() const override {
    return are_all_added_ && waiting_.empty() && rounds_.empty();
  }
  [[nodiscard]] TimePoint wake() const override;
  void ended(Task& task) override;

  /// Takes the result of a round: the next ones of that port follow from it.
  void learn(const Trace& trace);
  /// Takes the result of a round that ended, whichever of its port's that was. Returns those whose
  /// turn it is, as they began.
  std::vector<Trace> in_order(const Trace& trace);

  /// No round begins while it is paused.
  void pause(bool paused) { paused_ = paused; }
  [[nodiscard]] bool is_paused() const { return paused_; }

 private:
  static constexpr std::size_t most_under_way = 8;
  static constexpr std::uint64_t full_every = 10;
  static constexpr int beyond = 3;

  /// What is known of a port.
  struct Watched {
    Endpoint target;
    std::uint64_t begun = 0;
    std::size_t under_way = 0;
    TimePoint due{};
    std::optional<Ttl> end{};  ///< where the last round ended, else an earlier one
    int reach = 0;             ///< the largest TTL that is known to be on the path; 0: none is
    bool next_is_full = true;
    std::deque<std::uint32_t> traces{};      ///< that began and were not handed on
    std::map<std::uint32_t, Trace> early{};  ///< of these, those that ended before an older one
  };

  /// Tells of what comes of it.
  class RoundTask final : public TraceTask {
   public:
    RoundTask(std::uint32_t id, Endpoint target, const Strategy& strategy, Pacer& pacer,
              TimePoint now, const std::function<void(const Trace&)>& progressed)
        : TraceTask(id, target, strategy, pacer, now), progressed_(progressed) {}
    std::optional<Reason> on(const Reply& reply) override;

   private:
    const std::function<void(const Trace&)>& progressed_;
  };
  /// A round with the strategy of its own.
  struct Round {
    Round(std::uint32_t id, std::size_t of, Endpoint target, const Strategy& asked, Pacer& pacer,
          TimePoint now, const std::function<void(const Trace&)>& progressed)
        : place(of), strategy(asked), task(id, target, strategy, pacer, now, progressed) {}
    std::size_t place;  ///< of its port
    Strategy strategy;
    RoundTask task;
  };

  [[nodiscard]] bool has_room(const Watched& one) const;
  [[nodiscard]] Strategy strategy_of_next(const Watched& one) const;
  [[nodiscard]] TimePoint may_begin() const;

  const WatchPlan plan_;
  const Strategy strategy_;
  Pacer pacer_;
  std::vector<Watched> watched_;
  std::map<Endpoint, std::size_t> place_of_;  ///< in `watched_`
  /// Ports that have room for a round, by the time when it is due.
  std::set<std::pair<TimePoint, std::size_t>> waiting_;
  std::list<Round> rounds_;
  std::unordered_map<const Task*, std::list<Round>::iterator> round_of_;
  bool are_all_added_ = false;
  bool paused_ = false;
};

}  // namespace tracetcp
