#pragma once

#include "multipath/flow_table.hpp"
#include "multipath/path_graph.hpp"

#include <cstdint>

namespace tracetcp {

/// Seeking flows that pass a silent hop ends when so many times more than usual were asked there.
inline constexpr std::uint32_t most_for_silence = 3;

/// Where so many flows were asked, and fewer than the rule wants got no answer, these few were not
/// answered by chance: makes their cells CellState::lost. Returns whether there were such. `graph`
/// is that of the table.
bool drop_rare_silence(FlowTable& table, const PathGraph& graph);

}  // namespace tracetcp
