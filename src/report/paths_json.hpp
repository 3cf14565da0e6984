#pragma once

#include <tracetcp/multipath.hpp>
#include <tracetcp/names.hpp>

#include <string>

namespace tracetcp {

/// All paths as a graph: nodes, edges between them by their "id", diamonds, and how paths end.
std::string paths_json(const Multipath& paths, const Names& names);

}  // namespace tracetcp
