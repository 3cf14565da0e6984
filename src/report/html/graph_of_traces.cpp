#include "report/html/graph.hpp"
#include "report/html/outlook.hpp"
#include "report/network_text.hpp"
#include "report/port_fates.hpp"

#include <tracetcp/diagnose.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace tracetcp::html {
namespace {

using Ports = std::set<std::uint16_t>;

std::string text_of(const Ports& ports) {
  return ports_text({ports.begin(), ports.end()});
}

/// Who answered at a hop, with the times of each.
std::map<Address, std::vector<Duration>> answers_of(const Hop& hop) {
  std::map<Address, std::vector<Duration>> answers;
  for (const ProbeRecord& probe : hop.probes) {
    const Reply* answer = probe.voided ? nullptr : probe.answer();
    if (answer == nullptr || answer->answers_nothing()) continue;
    auto& times = answers[answer->from];
    if (answer->rtt) times.push_back(*answer->rtt);
  }
  return answers;
}

GraphNode::Kind kind_of_end(Tone tone) {
  switch (tone) {
    case Tone::good:
      return GraphNode::Kind::good;
    case Tone::plain:
      return GraphNode::Kind::plain;
    case Tone::warning:
      return GraphNode::Kind::warning;
    case Tone::bad:
      break;
  }
  return GraphNode::Kind::bad;
}

/// A box that is being put together from what several traces saw.
struct Seen {
  GraphNode node;
  std::vector<Duration> times;
  Ports ports;                             ///< whose SYNs came here
  std::map<std::string, Ports> endings{};  ///< what became of those that ended here
};

/// Puts the graph of several traces together.
class Weaver {
 public:
  Weaver(const Names& names, const Networks* networks) : names_(names), networks_(networks) {}

  void add(const PageTrace& one) {
    const Trace& trace = one.trace;
    port_ = trace.target.port.value;
    before_ = {start(one)};
    by_ttl_.clear();
    std::optional<int> silent_since;
    const auto path = trace.path();
    for (const Hop& hop : path) {
      const bool is_end = is_path_end(trace, hop) && ends_at_a_box(trace);
      if (is_end) break;
      const auto answers = answers_of(hop);
      if (answers.empty()) {
        if (!silent_since) silent_since = hop.ttl.value;
        continue;
      }
      pass_silence(silent_since, hop.ttl.value - 1);
      go_to(hop, answers);
    }
    end(trace, silent_since);
  }

  [[nodiscard]] Graph graph() const {
    Graph graph;
    std::map<std::string, std::size_t> index;
    std::vector<std::pair<int, std::string>> order;
    for (const auto& [key, seen] : nodes_) order.emplace_back(seen.node.ttl, key);
    std::stable_sort(order.begin(), order.end(),
                     [](const auto& one, const auto& other) { return one.first < other.first; });
    for (const auto& place : order) {
      index[place.second] = graph.nodes.size();
      graph.nodes.push_back(finished(nodes_.at(place.second)));
    }
    for (const auto& [ends, ports] : edges_) {
      const std::size_t from = index.at(ends.first);
      const std::size_t to = index.at(ends.second);
      const bool blocked = graph.nodes[to].kind == GraphNode::Kind::bad;
      graph.edges.push_back({.from = from,
                             .to = to,
                             .kind = blocked ? GraphEdge::Kind::blocked : GraphEdge::Kind::plain,
                             .label = ports == nodes_.at(ends.first).ports ? "" : text_of(ports)});
    }
    return graph;
  }

 private:
  Seen& at(const std::string& key, const GraphNode& node) {
    Seen& seen =
        nodes_.try_emplace(key, Seen{.node = node, .times = {}, .ports = {}}).first->second;
    seen.ports.insert(port_);
    return seen;
  }

  std::string start(const PageTrace& one) {
    const int first = one.trace.hops.empty() ? 1 : one.trace.hops.front().ttl.value;
    std::string key = "start " + one.source.address.text();
    at(key, {.ttl = first - 1,
             .kind = GraphNode::Kind::start,
             .title = one.source.address.text(),
             .lines = {}});
    return key;
  }

  void connect(const std::vector<std::string>& to) {
    for (const std::string& from : before_) {
      for (const std::string& one : to) edges_[{from, one}].insert(port_);
    }
    before_ = to;
  }

  /// One box for all hops in a row that did not answer.
  void pass_silence(std::optional<int>& since, int last) {
    if (!since) return;
    const int first = *std::exchange(since, std::nullopt);
    const std::string key = fmt::format("silent {} {}", first, last);
    at(key,
       {.ttl = first,
        .kind = GraphNode::Kind::silent,
        .title = first == last ? "no answer" : fmt::format("hops {}–{}: no answer", first, last),
        .lines = {}});
    connect({key});
  }

  void go_to(const Hop& hop, const std::map<Address, std::vector<Duration>>& answers) {
    std::vector<std::string> keys;
    for (const auto& [address, times] : answers) {
      const std::string key = fmt::format("{} {}", hop.ttl.value, address.text());
      Seen& seen = at(key, box_of(hop.ttl, address));
      seen.times.insert(seen.times.end(), times.begin(), times.end());
      keys.push_back(key);
    }
    connect(keys);
    by_ttl_[hop.ttl.value] = keys;
  }

  [[nodiscard]] GraphNode box_of(Ttl ttl, Address address) const {
    GraphNode node{.ttl = ttl.value,
                   .title = address.text(),
                   .lines = {},
                   .network = network_text(address, networks_)};
    if (const std::string known = name_of(address, names_); !known.empty()) {
      node.lines.push_back(known);
    }
    return node;
  }

  /// Open or closed by the target, as far as is known; else the end is a box of its own.
  [[nodiscard]] static bool ends_at_a_box(const Trace& trace) {
    const State state = trace.verdict.state;
    return (state == State::open || state == State::closed) && trace.verdict.ttl &&
           trace.verdict.from.has_value();
  }

  void end(const Trace& trace, std::optional<int>& silent_since) {
    const PathEnd path = path_end(trace);
    if (path.kind == EndKind::forged_reset && path.at.ttl) {
      end_by_forgery(trace, path.at.ttl->value);
      return;
    }
    const Tone tone = tone_of(trace);
    if (ends_at_a_box(trace)) {
      const Ttl ttl = *trace.verdict.ttl;
      pass_silence(silent_since, ttl.value - 1);
      const bool is_itself = path.kind == EndKind::open || path.kind == EndKind::closed;
      const std::string key = fmt::format("{} {}{}", ttl.value, is_itself ? "" : "in the name of ",
                                          trace.verdict.from->text());
      GraphNode node = box_of(ttl, *trace.verdict.from);
      if (!is_itself) node = {.ttl = ttl.value, .title = short_verdict(trace), .lines = {}};
      Seen& seen = at(key, node);
      if (seen.node.kind == GraphNode::Kind::hop) seen.node.kind = kind_of_end(tone);
      seen.endings[is_itself ? short_verdict(trace) : "in the name of " + node_name(trace)].insert(
          port_);
      if (trace.verdict.rtt) seen.times.push_back(*trace.verdict.rtt);
      connect({key});
      return;
    }
    const std::string what =
        trace.verdict.state == State::rejected ? std::string(icmp_text(trace.verdict.icmp)) : "";
    const int last = trace.verdict.state == State::rejected
                         ? verdict_hop(trace).value_or(Ttl{0}).value
                         : trace.verdict.ttl.value_or(Ttl{0}).value;
    const std::string key = fmt::format("end {} {} {}", last, short_verdict(trace), what);
    GraphNode node{.ttl = last + 1, .kind = kind_of_end(tone), .title = "", .lines = {}};
    node.title = trace.verdict.state == State::silent ? "nothing answers" : short_verdict(trace);
    if (!what.empty()) node.lines.push_back(what);
    at(key, node).endings[""].insert(port_);
    connect({key});
  }

  /// The RST comes from a hop, whatever the SYN with the TTL of the verdict may have passed.
  void end_by_forgery(const Trace& trace, int hop) {
    if (const auto keys = by_ttl_.find(hop); keys != by_ttl_.end()) before_ = keys->second;
    const std::string key = fmt::format("forged {}", hop);
    Seen& seen = at(key, {.ttl = hop + 1,
                          .kind = GraphNode::Kind::bad,
                          .title = "RST in a forged name",
                          .lines = {"in the name of " + node_name(trace)}});
    seen.endings[""].insert(port_);
    connect({key});
  }

  [[nodiscard]] static std::string node_name(const Trace& trace) {
    return trace.verdict.from.value_or(trace.target.address).text();
  }

  [[nodiscard]] static GraphNode finished(const Seen& seen) {
    GraphNode node = seen.node;
    if (!seen.times.empty()) {
      std::vector<Duration> times = seen.times;
      std::sort(times.begin(), times.end());
      const std::string least = short_time(times.front());
      const std::string most = short_time(times.back());
      node.lines.push_back(least == most ? least : least + " – " + most);
    }
    for (const auto& [how, ports] : seen.endings) {
      node.lines.push_back(fmt::format("{}{}{}", text_of(ports), how.empty() ? "" : " ", how));
    }
    return node;
  }

  const Names& names_;
  const Networks* networks_;
  std::uint16_t port_ = 0;
  std::vector<std::string> before_;  ///< keys of the boxes that the trace came by last
  std::map<int, std::vector<std::string>> by_ttl_;  ///< those of the trace, by hop
  std::map<std::string, Seen> nodes_;
  std::map<std::pair<std::string, std::string>, Ports> edges_;
};

}  // namespace

Graph graph_of_traces(const std::vector<const PageTrace*>& traces, const Names& names,
                      const Networks* networks) {
  Weaver weaver(names, networks);
  Ports ports;
  for (const PageTrace* one : traces) {
    weaver.add(*one);
    ports.insert(one->trace.target.port.value);
  }
  Graph graph = weaver.graph();
  graph.title = fmt::format(
      "The path to {}, {}, hop by hop; the table of round-trip times "
      "has the same hops.",
      traces.front()->trace.target.address.text(), text_of(ports));
  return graph;
}

}  // namespace tracetcp::html
