#include "report/html/graph.hpp"

#include <algorithm>
#include <map>

namespace tracetcp::html {
namespace {

/// The mean column of those it is reached from.
double mean_of_parents(const Graph& graph, const std::vector<GraphSpot>& spots, std::size_t node) {
  double sum = 0;
  int count = 0;
  for (const GraphEdge& edge : graph.edges) {
    if (edge.to != node) continue;
    sum += spots[edge.from].column;
    ++count;
  }
  return count == 0 ? 0 : sum / count;
}

bool is_end(GraphNode::Kind kind) {
  return kind != GraphNode::Kind::start && kind != GraphNode::Kind::hop &&
         kind != GraphNode::Kind::silent;
}

}  // namespace

std::vector<GraphSpot> lay_out(const Graph& graph) {
  std::map<int, std::vector<std::size_t>> rows;  // by TTL
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) rows[graph.nodes[i].ttl].push_back(i);
  std::size_t widest = 1;
  for (const auto& row : rows) widest = std::max(widest, row.second.size());
  std::vector<GraphSpot> spots(graph.nodes.size());
  int number = 0;
  for (auto& row : rows) {
    auto& nodes = row.second;
    // Ends stand to the right of what goes on beside them.
    std::vector<std::pair<double, std::size_t>> order;
    order.reserve(nodes.size());
    for (const std::size_t node : nodes) {
      const double beside = is_end(graph.nodes[node].kind) ? 0.25 : 0;
      order.emplace_back(mean_of_parents(graph, spots, node) + beside, node);
    }
    std::stable_sort(order.begin(), order.end(),
                     [](const auto& one, const auto& other) { return one.first < other.first; });
    const double first = static_cast<double>(widest - nodes.size()) / 2;
    for (std::size_t i = 0; i < order.size(); ++i) {
      spots[order[i].second] = {.row = number, .column = first + static_cast<double>(i)};
    }
    ++number;
  }
  return spots;
}

}  // namespace tracetcp::html
