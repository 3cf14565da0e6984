#pragma once

#include "multipath/flow_table.hpp"
#include "multipath/path_graph.hpp"
#include "tracer/pacer.hpp"
#include "tracer/timeouts.hpp"

#include <tracetcp/engine.hpp>
#include <tracetcp/probe.hpp>
#include <tracetcp/strategy.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace tracetcp {

/// Finds all paths to a target and port by the Multipath Detection Algorithm, with node control
/// (see stopping_point()). A pure state machine like the Tracer: no I/O, no clock.
///
/// Each flow is a trace of its own to the prober, numbered by ProbeId::trace from `first_id` on;
/// flow 0 is one that was traced already, and is not asked again. For each node, flows known to
/// pass it are asked one hop further until the stopping rule is met; where too few pass it, further
/// flows are asked at its own hop until enough do. Flows are used for as many hops as they can be.
/// All hops that can be asked are asked side by side.
class Explorer {
 public:
  Explorer(const Trace& first, const Strategy& strategy, TimePoint now, std::uint32_t first_id = 0);
  Explorer(const Explorer&) = delete;
  Explorer& operator=(const Explorer&) = delete;

  /// Draws conclusions from what came until now, and plans what to ask next.
  void settle(TimePoint now);

  /// The next probe that is due and that the pacing lets pass; it counts as sent. To be called
  /// until it is empty.
  std::optional<Probe> next(TimePoint now);

  /// Takes a reply to one of its probes. False: it changes nothing.
  bool on(const Reply& reply);

  /// When settle() or next() may have something new, if no reply comes before.
  [[nodiscard]] TimePoint wake() const;

  [[nodiscard]] bool done() const { return done_; }

  /// What is known now; what is still waited for counts as unknown.
  [[nodiscard]] FlowTable table() const;

  /// Whether more flows would have been needed than there may be.
  [[nodiscard]] bool exhausted() const { return exhausted_; }
  [[nodiscard]] std::uint32_t syns_sent() const { return syns_sent_; }
  [[nodiscard]] std::size_t flows() const { return table_.size(); }

 private:
  /// So many hops of silence end a path, where no other is longer.
  static constexpr int silent_tail = 4;

  /// A probe to be sent.
  struct Wish {
    std::size_t flow;
    int ttl;
    TimePoint due;
    bool is_recheck = false;
  };
  /// Where the record of a probe is, by flow and ProbeId::index.
  struct Place {
    int ttl;
    std::size_t probe;
  };
  /// What one round of planning needs to know of a node beyond the graph.
  struct Demand {
    std::uint32_t under_way = 0;   ///< flows that are asked one hop further, or about to be
    std::uint32_t for_silent = 0;  ///< flows that a silent node behind it needs
    std::uint32_t missing = 0;     ///< flows that are not known to pass it, but needed
    bool hopeless = false;         ///< they can't be had
  };

  void learn_from(const Trace& first);
  std::optional<std::size_t> new_flow();
  Probe send(const Wish& wish, TimePoint now);

  void review(TimePoint now);
  void review(std::size_t flow, int ttl, bool is_placed, TimePoint now);
  void review_silence(std::size_t flow, int ttl, bool is_placed, TimePoint now);
  [[nodiscard]] Duration patience(int ttl) const;
  [[nodiscard]] bool is_heard_at(int ttl) const { return heard_at_[static_cast<std::size_t>(ttl)]; }

  void plan();
  void wish(std::size_t flow, int ttl, TimePoint due);
  void plan_first_flows();
  void plan_next_hops(std::size_t node);
  void plan_node_control(int ttl);
  void plan_repeats(std::size_t node);
  void plan_link(std::size_t node);
  [[nodiscard]] bool is_followed(const PathGraph::Node& node) const;
  [[nodiscard]] bool waits_for_previous(const PathGraph::Node& node) const;
  [[nodiscard]] std::uint32_t under_way_at(int ttl) const;
  [[nodiscard]] std::vector<std::size_t> candidates(int ttl, std::size_t wanted) const;
  [[nodiscard]] bool may_ask(std::size_t flow, int ttl) const;
  [[nodiscard]] TimePoint ready(int ttl) const;

  const Strategy strategy_;
  const Endpoint target_;
  const std::uint32_t first_id_;
  Pacer pacer_;
  Timeouts timeouts_;
  FlowTable table_;
  std::vector<std::vector<Place>> places_;  ///< by flow
  std::vector<bool> heard_at_;              ///< by TTL: whether a reply came
  int followed_to_;                         ///< silent paths are, at least
  int first_flows_to_;                      ///< TTL up to which the first flows are asked at once
  std::optional<int> nearest_end_;          ///< lowest TTL that got to an end
  TimePoint last_at_target_{};
  std::optional<PathGraph> graph_;
  std::vector<Demand> demands_;  ///< by node
  std::vector<Wish> wishes_;
  std::vector<std::vector<bool>> wished_;  ///< by flow and TTL: in this round
  TimePoint wake_ = never;                 ///< when the next wait is over
  std::uint32_t syns_sent_ = 0;
  bool waiting_for_any_ = false;
  bool changed_ = true;  ///< since the last plan
  bool exhausted_ = false;
  bool done_ = false;
};

}  // namespace tracetcp
