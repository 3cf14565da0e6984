#include "multipath/result.hpp"

#include "multipath/diamonds.hpp"
#include "multipath/path_graph.hpp"
#include "tracer/round_trip.hpp"

#include <algorithm>

namespace tracetcp {
namespace {

/// Makes a report's data of a graph.
class ResultMaker {
 public:
  ResultMaker(const FlowTable& table, Address source, std::vector<Port> ports)
      : table_(table), graph_(table), source_(source), ports_(std::move(ports)) {}

  Multipath run() {
    result_.flows = static_cast<std::uint32_t>(table_.size());
    find_shown();
    for (std::size_t node = 0; node < nodes().size(); ++node) {
      if (shown_[node]) add_node(node);
    }
    for (std::size_t node = 0; node < nodes().size(); ++node) {
      if (shown_[node]) add_edges(node);
    }
    mark_uncertain_edges();
    add_paths();
    result_.complete = std::all_of(result_.nodes.begin(), result_.nodes.end(),
                                   [](const PathNode& node) { return node.complete; });
    return std::move(result_);
  }

 private:
  [[nodiscard]] const std::vector<PathGraph::Node>& nodes() const { return graph_.nodes(); }

  /// Of a silent end the first hop is shown only.
  void find_shown() {
    alive_.resize(nodes().size());
    for (std::size_t i = nodes().size(); i-- > 0;) {
      const auto& node = nodes()[i];
      alive_[i] =
          !node.is_silent() || std::any_of(node.next.begin(), node.next.end(),
                                           [&](const auto& next) { return alive_[next.first]; });
    }
    shown_.resize(nodes().size());
    for (std::size_t i = 0; i < nodes().size(); ++i) {
      const auto& previous = nodes()[i].previous;
      // A node that no flow is known to have come to from another is no part of a path yet.
      shown_[i] = i == 0 || std::any_of(previous.begin(), previous.end(), [&](const auto& before) {
                    return shown_[before.first] && (alive_[i] || alive_[before.first]);
                  });
    }
  }

  void add_node(std::size_t index) {
    const PathGraph::Node& node = nodes()[index];
    PathNode shown{.ttl = Ttl{static_cast<std::uint8_t>(node.ttl)}};
    if (index == 0) {
      if (node.ttl == 0) shown.address = source_;
    } else if (!node.is_silent()) {
      shown.address = node.key.address;
      shown.reply = node.key.end.value_or(ReplyKind::time_exceeded);
    }
    for (const std::size_t flow : node.flows) shown.flows.push_back(ports_.at(flow));
    shown.dead_end = !alive_[index];
    const bool is_last = node.is_end() || node.ttl == table_.last();
    shown.complete = is_last || node.settled >= node.flows_needed();
    shown.per_packet = node.varies;
    add_answers(node, shown);
    place_.push_back(index);
    number_.resize(nodes().size());
    number_[index] = result_.nodes.size();
    result_.nodes.push_back(std::move(shown));
  }

  void add_answers(const PathGraph::Node& node, PathNode& shown) const {
    if (node.is_silent() || node.key.start) return;
    bool is_first = true;
    for (const std::size_t flow : node.flows) {
      for (const ProbeRecord& probe : table_.at(flow, node.ttl).probes) {
        const Reply* answer = probe.answer();
        if (answer == nullptr || answer->from != node.key.address) continue;
        if (is_first) shown.mpls = answer->mpls.items();
        if (is_first) shown.icmp = answer->icmp;
        is_first = false;
        if (const auto rtt = known_rtt(flow, probe, *answer)) shown.rtts.push_back(*rtt);
      }
    }
  }

  [[nodiscard]] std::optional<Duration> known_rtt(std::size_t flow, const ProbeRecord& probe,
                                                  const Reply& answer) const {
    if (answer.kind != ReplyKind::syn_ack) return answer.rtt;
    const Trace trace = table_.trace_of(flow);
    return RoundTrips(trace).known(probe, answer);
  }

  void add_edges(std::size_t index) {
    for (const auto& [next, flows] : nodes()[index].next) {
      if (!shown_[next]) continue;
      result_.edges.push_back({.from = number_[index], .to = number_[next], .flows = flows});
    }
  }

  /// Behind a per-packet balancer a flow is at one node now and at another then, until all are at
  /// one again.
  void mark_uncertain_edges() {
    bool mixed = false;
    for (int ttl = table_.first() - 1; ttl <= table_.last(); ++ttl) {
      const auto [first, last] = graph_.layer(ttl);
      if (last - first < 2) mixed = false;
      if (mixed) {
        for (PathEdge& edge : result_.edges) {
          if (result_.nodes[edge.from].ttl.value == ttl) edge.certain = false;
        }
      }
      for (std::size_t node = first; node < last; ++node) mixed = mixed || nodes()[node].varies;
    }
  }

  void add_paths() {
    ShownGraph shown;
    for (const std::size_t index : place_) {
      shown.ttl.push_back(nodes()[index].ttl);
      shown.key.push_back(nodes()[index].key);
    }
    shown.next.resize(shown.size());
    for (const PathEdge& edge : result_.edges) shown.next[edge.from].push_back(edge.to);
    result_.diamonds = diamonds_of(shown);
    const auto paths = paths_to(shown);
    for (std::size_t node = 0; node < shown.size(); ++node) {
      if (!shown.next[node].empty()) continue;
      result_.paths = std::min(result_.paths + paths[node], Multipath::most_paths);
      const bool ended = shown.key[node].end || result_.nodes[node].dead_end;
      if (ended && result_.nodes[node].complete) add_outcome(shown, node, paths[node]);
    }
  }

  void add_outcome(const ShownGraph& shown, std::size_t node, std::uint64_t paths) {
    const NodeKey& key = shown.key[node];
    PathOutcome outcome{.reply = key.end};
    outcome.at.ttl = Ttl{static_cast<std::uint8_t>(shown.ttl[node] - key.silent)};
    if (!key.start) outcome.at.address = key.address;
    auto same = std::find_if(
        result_.outcomes.begin(), result_.outcomes.end(), [&](const PathOutcome& other) {
          return other.reply == outcome.reply && other.at.address == outcome.at.address;
        });
    if (same == result_.outcomes.end()) {
      same = result_.outcomes.insert(same, outcome);
    }
    same->paths = std::min(same->paths + paths, Multipath::most_paths);
    const auto& flows = result_.nodes[node].flows;
    same->flows.insert(same->flows.end(), flows.begin(), flows.end());
  }

  const FlowTable& table_;
  PathGraph graph_;
  Address source_;
  std::vector<Port> ports_;
  std::vector<bool> alive_;          ///< by node of the graph: answers, or something behind it does
  std::vector<bool> shown_;          ///< by node of the graph
  std::vector<std::size_t> place_;   ///< by node of the result: that of the graph
  std::vector<std::size_t> number_;  ///< the other way round
  Multipath result_;
};

}  // namespace

Multipath multipath_of(const FlowTable& table, Address source, std::vector<Port> ports) {
  return ResultMaker(table, source, std::move(ports)).run();
}

}  // namespace tracetcp
