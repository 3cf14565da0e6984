#pragma once

#include "multipath/flow_table.hpp"

#include <tracetcp/multipath.hpp>

namespace tracetcp {

/// What the flows of a table amount to. A pure function of it. `source`: where they start.
Multipath multipath_of(const FlowTable& table, std::optional<Address> source);

}  // namespace tracetcp
