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

/// The boxes of one row, from left to right, and where the first of them wants to stand.
struct Row {
  std::vector<std::size_t> nodes;
  double first = 0;
};

Row row_of(const Graph& graph, const std::vector<GraphSpot>& spots,
           const std::vector<std::size_t>& nodes) {
  struct Wish {
    bool is_last;
    double column;
    std::size_t node;
  };
  const bool goes_on = std::any_of(nodes.begin(), nodes.end(), [&](std::size_t node) {
    return !is_end(graph.nodes[node].kind);
  });
  std::vector<Wish> wishes;
  wishes.reserve(nodes.size());
  for (const std::size_t node : nodes) {
    wishes.push_back({.is_last = goes_on && is_end(graph.nodes[node].kind),
                      .column = mean_of_parents(graph, spots, node),
                      .node = node});
  }
  std::stable_sort(wishes.begin(), wishes.end(), [](const Wish& one, const Wish& other) {
    if (one.is_last != other.is_last) return other.is_last;
    return one.column < other.column;
  });
  // Ends stand to the right of what goes on beside them, which keeps its place.
  const auto middle = static_cast<std::size_t>(
      std::count_if(wishes.begin(), wishes.end(), [](const Wish& wish) { return !wish.is_last; }));
  Row row;
  for (const Wish& wish : wishes) row.nodes.push_back(wish.node);
  const double centre = (wishes.front().column + wishes[middle - 1].column) / 2;
  row.first = centre - static_cast<double>(middle - 1) / 2;
  return row;
}

}  // namespace

std::vector<GraphSpot> lay_out(const Graph& graph) {
  std::map<int, std::vector<std::size_t>> rows;  // by TTL
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) rows[graph.nodes[i].ttl].push_back(i);
  std::vector<GraphSpot> spots(graph.nodes.size());
  int number = 0;
  double leftmost = 0;
  for (const auto& one : rows) {
    const Row row = row_of(graph, spots, one.second);
    for (std::size_t i = 0; i < row.nodes.size(); ++i) {
      spots[row.nodes[i]] = {.row = number, .column = row.first + static_cast<double>(i)};
    }
    leftmost = std::min(leftmost, row.first);
    ++number;
  }
  for (GraphSpot& spot : spots) spot.column -= leftmost;
  return spots;
}

}  // namespace tracetcp::html
