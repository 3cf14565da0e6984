#pragma once

#include "multipath/flow_table.hpp"

#include <tracetcp/multipath.hpp>

namespace tracetcp {

/// What the flows of a table amount to. A pure function of it. `source`: where they start; the
/// port is that of flow 0, the others have those behind it.
Multipath multipath_of(const FlowTable& table, Endpoint source);

}  // namespace tracetcp
