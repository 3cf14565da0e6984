#include "multipath/recorded.hpp"

#include "multipath/rare_silence.hpp"
#include "multipath/result.hpp"

#include <algorithm>
#include <map>

namespace tracetcp {
namespace {

/// Routers that rejected a SYN although one of the same flow with more TTL got further.
void note_passing(FlowTable& table, const Trace& trace, const std::vector<Port>& ports) {
  std::map<Port, int> farthest;
  for (const Hop& hop : trace.hops) {
    for (const ProbeRecord& probe : hop.probes) {
      const Reply* answer = probe.answer();
      if (answer == nullptr || answer->kind == ReplyKind::unreachable) continue;
      int& ttl = farthest[ports.at(probe.index)];
      ttl = std::max(ttl, static_cast<int>(hop.ttl.value));
    }
  }
  for (const Hop& hop : trace.hops) {
    for (const ProbeRecord& probe : hop.probes) {
      const Reply* answer = probe.answer();
      const bool rejects = answer != nullptr && answer->kind == ReplyKind::unreachable;
      if (rejects && hop.ttl.value < farthest[ports.at(probe.index)]) {
        table.note_passing(hop.ttl.value, answer->from);
      }
    }
  }
}

void add_probe(FlowTable& table, std::size_t flow, const ProbeRecord& probe) {
  FlowCell& cell = table.at(flow, probe.ttl.value);
  cell.probes.push_back(probe);
  if (cell.tries() == 0) return;
  const Reply* answer = cell.answer();
  cell.state = answer == nullptr ? CellState::silent : CellState::answered;
  if (answer != nullptr && table.is_end(*answer, probe.ttl.value)) {
    table.note_end(flow, probe.ttl.value);
  }
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
  note_passing(table, trace, ports);
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
