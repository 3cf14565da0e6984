#pragma once

#include "multipath/path_graph.hpp"

#include <tracetcp/multipath.hpp>

#include <vector>

namespace tracetcp {

/// The part of a graph that is reported: nodes, each with those that follow.
struct ShownGraph {
  std::vector<int> ttl;
  std::vector<NodeKey> key;
  std::vector<std::vector<std::size_t>> next;  ///< higher indexes than the node's own

  [[nodiscard]] std::size_t size() const { return ttl.size(); }
};

/// How many paths lead from the first node to each, at most Multipath::most_paths.
std::vector<std::uint64_t> paths_to(const ShownGraph& graph);

/// From the start on: where all paths go one way, on to the next node; where they part, a diamond,
/// and on from where all of them have met.
std::vector<Diamond> diamonds_of(const ShownGraph& graph);

}  // namespace tracetcp
