#include "multipath/reported_hops.hpp"

#include <algorithm>

namespace tracetcp {

std::map<Ttl, ReportedHops::Nodes> ReportedHops::hops_of(const Multipath& paths) {
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

void ReportedHops::report(const Trace& trace, Ttl ttl, const Nodes& nodes) {
  observer_.settled(trace, {.ttl = ttl, .probes = {}});
  reported_[ttl] = nodes;
}

void ReportedHops::report(const Trace& trace) {
  const auto& nodes = trace.paths->nodes;
  const auto open =
      std::find_if(nodes.begin(), nodes.end(), [](const PathNode& node) { return !node.complete; });
  for (const auto& [ttl, hop] : hops_of(*trace.paths)) {
    if (open != nodes.end() && ttl >= open->ttl) return;
    if (!reported_.contains(ttl)) report(trace, ttl, hop);
  }
}

void ReportedHops::report_all(const Trace& trace) {
  for (const auto& [ttl, hop] : hops_of(*trace.paths)) {
    const auto reported = reported_.find(ttl);
    if (reported == reported_.end() || reported->second != hop) report(trace, ttl, hop);
  }
}

}  // namespace tracetcp
