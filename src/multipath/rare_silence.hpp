#pragma once

#include "multipath/flow_table.hpp"
#include "multipath/path_graph.hpp"

#include <cstdint>

namespace tracetcp {

/// The search for flows that pass a silent hop ends at this multiple of the usual number of flows.
inline constexpr std::uint32_t most_for_silence = 3;

/// Where that multiple was asked, and fewer flows than the rule wants got no answer, these few are
/// unanswered by chance: makes their cells CellState::lost. Returns whether there were such.
/// `graph` is that of the table.
bool drop_rare_silence(FlowTable& table, const PathGraph& graph);

}  // namespace tracetcp
