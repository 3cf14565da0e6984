#pragma once

#include "report/json_writer.hpp"

#include <tracetcp/multipath.hpp>
#include <tracetcp/names.hpp>
#include <tracetcp/networks.hpp>

namespace tracetcp {

/// "paths": all paths as a graph: nodes, edges between them by their "id", diamonds, and how paths
/// end.
void add_paths(JsonWriter& json, const Multipath& paths, const Names& names,
               const Networks* networks);

}  // namespace tracetcp
