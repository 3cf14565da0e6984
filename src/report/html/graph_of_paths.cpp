#include "report/html/graph.hpp"
#include "report/html/outlook.hpp"
#include "report/network_text.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace tracetcp::html {
namespace {

GraphNode::Kind kind_of(const PathNode& node) {
  if (!node.reply) return node.dead_end ? GraphNode::Kind::bad : GraphNode::Kind::silent;
  switch (*node.reply) {
    case ReplyKind::syn_ack:
      return GraphNode::Kind::good;
    case ReplyKind::rst:
      return GraphNode::Kind::plain;
    case ReplyKind::unreachable:
      return GraphNode::Kind::bad;
    case ReplyKind::time_exceeded:
    case ReplyKind::notice:
    case ReplyKind::stray:
      break;
  }
  return GraphNode::Kind::hop;
}

std::string ending_of(const PathNode& node) {
  if (node.dead_end) return "nothing behind it answers";
  if (node.reply == ReplyKind::syn_ack) return "open";
  if (node.reply == ReplyKind::rst) return "closed";
  if (node.reply != ReplyKind::unreachable) return "";
  return "rejected: " + std::string(icmp_text(node.icmp));
}

std::string times_of(std::vector<Duration> times) {
  if (times.empty()) return "";
  std::sort(times.begin(), times.end());
  const std::string least = short_time(times.front());
  const std::string most = short_time(times.back());
  return least == most ? least : least + " – " + most;
}

GraphNode box_of_node(const PathNode& node, bool is_start, const Names& names,
                      const Networks* networks) {
  GraphNode box{.ttl = node.ttl.value, .kind = kind_of(node), .title = "no answer", .lines = {}};
  if (node.address) box.title = node.address->text();
  if (is_start) {
    box.kind = GraphNode::Kind::start;
    if (!node.address) box.title = "start";
    return box;
  }
  if (node.address) box.network = network_text(*node.address, networks);
  const std::string host = node.address ? name_of(*node.address, names) : "";
  std::string flows = fmt::format("{} flows", node.flows.size());
  if (node.flows.size() == 1) flows = "1 flow";
  if (const std::string times = times_of(node.rtts); !times.empty()) flows += ", " + times;
  for (const std::string& line :
       {host, flows, std::string(node.per_packet ? "balances packet by packet" : ""),
        std::string(node.complete ? "" : "may have more next hops"), ending_of(node)}) {
    if (!line.empty()) box.lines.push_back(line);
  }
  return box;
}

}  // namespace

Graph graph_of_paths(const Trace& trace, const Names& names, const Networks* networks) {
  const Multipath& paths = *trace.paths;
  Graph graph;
  graph.title = fmt::format("{} paths to {}, found with {} flows.", paths.paths, target_text(trace),
                            paths.flows);
  for (std::size_t i = 0; i < paths.nodes.size(); ++i) {
    graph.nodes.push_back(box_of_node(paths.nodes[i], i == 0, names, networks));
  }
  for (const PathEdge& edge : paths.edges) {
    const bool blocked = graph.nodes[edge.to].kind == GraphNode::Kind::bad;
    GraphEdge line{.from = edge.from, .to = edge.to};
    if (!edge.certain) line.kind = GraphEdge::Kind::unsure;
    if (blocked) line.kind = GraphEdge::Kind::blocked;
    graph.edges.push_back(line);
  }
  return graph;
}

}  // namespace tracetcp::html
