#include "multipath/diamonds.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace tracetcp {
namespace {

using NodeSet = std::set<std::size_t>;

/// Counts and lengths of the ways from a node to where paths meet.
struct Ways {
  std::uint64_t count = 0;
  std::uint32_t longest = 0;
  std::uint32_t shortest = 0;
};

class DiamondFinder {
 public:
  explicit DiamondFinder(const ShownGraph& graph) : graph_(graph) {}

  std::vector<Diamond> run() {
    NodeSet here{0};
    for (NodeSet after = behind(here); !after.empty(); after = behind(here)) {
      const bool one_way = std::all_of(after.begin(), after.end(), [&](std::size_t node) {
        return graph_.key[node].same_place(graph_.key[*after.begin()]);
      });
      here = one_way ? after : pass_diamond(here, after);
    }
    return std::move(diamonds_);
  }

 private:
  [[nodiscard]] NodeSet behind(const NodeSet& nodes) const {
    NodeSet after;
    for (const std::size_t node : nodes) {
      after.insert(graph_.next[node].begin(), graph_.next[node].end());
    }
    return after;
  }

  /// Whether all paths from there lead over that place.
  bool all_meet(std::size_t node, const NodeKey& place, std::map<std::size_t, bool>& known) const {
    if (graph_.key[node].same_place(place)) return true;
    if (const auto found = known.find(node); found != known.end()) return found->second;
    const auto& next = graph_.next[node];
    const bool meet = !next.empty() && std::all_of(next.begin(), next.end(), [&](std::size_t one) {
      return all_meet(one, place, known);
    });
    return known[node] = meet;
  }

  /// The nearest place that all paths from these nodes lead over; it is on each of them.
  [[nodiscard]] std::optional<NodeKey> meeting_place(const NodeSet& after) const {
    std::optional<std::size_t> node = *after.begin();
    while (node) {
      std::map<std::size_t, bool> known;
      const NodeKey& place = graph_.key[*node];
      const bool meet = std::all_of(after.begin(), after.end(),
                                    [&](std::size_t one) { return all_meet(one, place, known); });
      if (meet) return place;
      const auto& next = graph_.next[*node];
      node = next.empty() ? std::nullopt : std::optional(next.front());
    }
    return std::nullopt;
  }

  [[nodiscard]] bool is_at(std::size_t node, const std::optional<NodeKey>& place) const {
    return place ? graph_.key[node].same_place(*place) : graph_.next[node].empty();
  }

  Ways ways_from(std::size_t node, const std::optional<NodeKey>& place,
                 std::map<std::size_t, Ways>& known) const {
    if (is_at(node, place)) return {.count = 1};
    if (const auto found = known.find(node); found != known.end()) return found->second;
    Ways ways{.shortest = UINT32_MAX};
    for (const std::size_t next : graph_.next[node]) {
      const Ways on = ways_from(next, place, known);
      ways.count = std::min(ways.count + on.count, Multipath::most_paths);
      ways.longest = std::max(ways.longest, on.longest + 1);
      ways.shortest = std::min(ways.shortest, on.shortest + 1);
    }
    return known[node] = ways;
  }

  /// Notes a diamond; returns the nodes where all have met, or none.
  NodeSet pass_diamond(const NodeSet& here, const NodeSet& after) {
    const auto place = meeting_place(after);
    Diamond diamond{.from = *here.begin(), .shortest = UINT32_MAX};
    std::map<std::size_t, Ways> known;
    for (const std::size_t node : here) {
      const Ways ways = ways_from(node, place, known);
      if (ways.count == 0) continue;
      diamond.paths = std::min(diamond.paths + ways.count, Multipath::most_paths);
      diamond.length = std::max(diamond.length, ways.longest);
      diamond.shortest = std::min(diamond.shortest, ways.shortest);
    }
    NodeSet met;
    std::map<int, std::uint32_t> width;
    NodeSet between;
    for (NodeSet open = after; !open.empty(); open = behind(between_of(open, place, between))) {
      for (const std::size_t node : open) {
        if (place && is_at(node, place)) met.insert(node);
      }
    }
    for (const std::size_t node : between) ++width[graph_.ttl[node]];
    for (const auto& [ttl, nodes] : width) diamond.width = std::max(diamond.width, nodes);
    const int first = width.empty() ? graph_.ttl[*after.begin()] : width.begin()->first;
    const int last = width.empty() ? first : width.rbegin()->first;
    diamond.first.value = static_cast<std::uint8_t>(first);
    diamond.last.value = static_cast<std::uint8_t>(last);
    if (!met.empty()) diamond.to = *met.begin();
    diamonds_.push_back(diamond);
    return met;
  }

  /// Of these nodes those that are not yet where paths meet; they are added to `between`.
  NodeSet between_of(const NodeSet& open, const std::optional<NodeKey>& place,
                     NodeSet& between) const {
    NodeSet inner;
    for (const std::size_t node : open) {
      if (!place || !is_at(node, place)) inner.insert(node);
    }
    between.insert(inner.begin(), inner.end());
    return inner;
  }

  const ShownGraph& graph_;
  std::vector<Diamond> diamonds_;
};

}  // namespace

std::vector<std::uint64_t> paths_to(const ShownGraph& graph) {
  std::vector<std::uint64_t> paths(graph.size());
  if (!paths.empty()) paths.front() = 1;
  for (std::size_t node = 0; node < graph.size(); ++node) {
    for (const std::size_t next : graph.next[node]) {
      paths[next] = std::min(paths[next] + paths[node], Multipath::most_paths);
    }
  }
  return paths;
}

std::vector<Diamond> diamonds_of(const ShownGraph& graph) {
  return graph.size() == 0 ? std::vector<Diamond>{} : DiamondFinder(graph).run();
}

}  // namespace tracetcp
