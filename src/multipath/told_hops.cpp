#include "multipath/told_hops.hpp"

#include <algorithm>

namespace tracetcp {

std::map<Ttl, ToldHops::Nodes> ToldHops::hops_of(const Multipath& paths) {
  std::map<Ttl, Nodes> hops;
  for (std::size_t i = 1; i < paths.nodes.size(); ++i) {
    const PathNode& node = paths.nodes[i];
    Node one{.address = node.address, .reply = node.reply, .from = {}};
    for (const PathEdge& edge : paths.edges) {
      if (edge.to == i) one.from.push_back(paths.nodes[edge.from].address);
    }
    hops[node.ttl].push_back(std::move(one));
  }
  return hops;
}

void ToldHops::tell(const Trace& trace, Ttl ttl, const Nodes& nodes) {
  observer_.settled(trace, {.ttl = ttl, .probes = {}});
  told_[ttl] = nodes;
}

void ToldHops::tell(const Trace& trace) {
  const auto& nodes = trace.paths->nodes;
  const auto open =
      std::find_if(nodes.begin(), nodes.end(), [](const PathNode& node) { return !node.complete; });
  for (const auto& [ttl, hop] : hops_of(*trace.paths)) {
    if (open != nodes.end() && ttl >= open->ttl) return;
    if (!told_.contains(ttl)) tell(trace, ttl, hop);
  }
}

void ToldHops::tell_all(const Trace& trace) {
  for (const auto& [ttl, hop] : hops_of(*trace.paths)) {
    const auto told = told_.find(ttl);
    if (told == told_.end() || told->second != hop) tell(trace, ttl, hop);
  }
}

}  // namespace tracetcp
