#include "cli/responders.hpp"

namespace tracetcp::cli {
namespace {

void add_responders(const Hop& hop, std::vector<Address>& addresses) {
  for (const ProbeRecord& probe : hop.probes) {
    for (const Reply& reply : probe.replies) addresses.push_back(reply.from);
  }
}

}  // namespace

std::vector<Address> responders(const Trace& trace, const Hop& hop) {
  std::vector<Address> addresses;
  add_responders(hop, addresses);
  if (!trace.paths) return addresses;
  for (const PathNode& node : trace.paths->nodes) {
    if (node.address && node.ttl == hop.ttl) addresses.push_back(*node.address);
  }
  return addresses;
}

std::vector<Address> responders(const Trace& trace) {
  std::vector<Address> addresses;
  for (const Hop& hop : trace.path()) add_responders(hop, addresses);
  if (!trace.paths) return addresses;
  for (const PathNode& node : trace.paths->nodes) {
    if (node.address) addresses.push_back(*node.address);
  }
  return addresses;
}

}  // namespace tracetcp::cli
