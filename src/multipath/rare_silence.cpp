#include "multipath/rare_silence.hpp"

#include "multipath/stopping_rule.hpp"

#include <algorithm>

namespace tracetcp {

bool drop_rare_silence(FlowTable& table, const PathGraph& graph) {
  bool any = false;
  for (const PathGraph::Node& node : graph.nodes()) {
    if (!node.is_silent() || node.flows.size() >= static_cast<std::size_t>(stopping_point(1))) {
      continue;
    }
    const auto is_well_known = [&](const auto& previous) {
      const PathGraph::Node& before = graph.nodes()[previous.first];
      return before.next.size() > 1 && before.settled >= most_for_silence * before.flows_needed();
    };
    if (!std::all_of(node.previous.begin(), node.previous.end(), is_well_known)) continue;
    for (const std::size_t flow : node.flows) table.at(flow, node.ttl).state = CellState::lost;
    any = true;
  }
  return any;
}

}  // namespace tracetcp
