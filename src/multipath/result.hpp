#pragma once

#include "multipath/flow_table.hpp"

#include <tracetcp/multipath.hpp>

#include <vector>

namespace tracetcp {

/// What the flows of a table amount to. A pure function of it. `source`: where they start; `ports`:
/// their source ports, by flow.
Multipath multipath_of(const FlowTable& table, Address source, std::vector<Port> ports);

}  // namespace tracetcp
