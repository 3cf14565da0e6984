#include "multipath/recorded.hpp"

#include "multipath/rare_silence.hpp"
#include "multipath/result.hpp"

#include <map>

namespace tracetcp {
namespace {

void add_probe(FlowTable& table, std::size_t flow, const ProbeRecord& probe) {
  FlowCell& cell = table.at(flow, probe.ttl.value);
  cell.probes.push_back(probe);
  if (cell.tries() == 0) return;
  const Reply* answer = cell.answer();
  cell.sight = answer == nullptr ? Sight::silent : Sight::answered;
  if (answer != nullptr && ends_path_of_flow(answer->kind)) table.note_end(flow, probe.ttl.value);
}

}  // namespace

Multipath recorded_paths(const Trace& trace, Address source, const std::vector<Port>& ports) {
  FlowTable table(trace.hops.front().ttl, trace.hops.back().ttl);
  std::map<Port, std::size_t> flows;  // by rising port, as run_paths() takes them
  for (const Port port : ports) flows.try_emplace(port);
  std::vector<Port> port_of;
  for (auto& [port, flow] : flows) {
    flow = table.add();
    port_of.push_back(port);
  }
  for (const Hop& hop : trace.hops) {
    for (const ProbeRecord& probe : hop.probes) {
      add_probe(table, flows.at(ports.at(probe.index)), probe);
    }
  }
  while (drop_rare_silence(table, PathGraph(table))) {
  }
  return multipath_of(table, source, std::move(port_of));
}

}  // namespace tracetcp
