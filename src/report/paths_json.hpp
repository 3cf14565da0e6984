#pragma once

#include <tracetcp/multipath.hpp>
#include <tracetcp/names.hpp>

#include <nlohmann/json_fwd.hpp>

#include <vector>

namespace tracetcp {

/// All paths as a graph: nodes, edges between them by their "id", diamonds, and how paths end.
nlohmann::ordered_json paths_json(const Multipath& paths, const Names& names);

/// A label stack, outermost first.
nlohmann::ordered_json mpls_json(const std::vector<MplsLabel>& stack);

}  // namespace tracetcp
