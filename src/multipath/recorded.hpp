#pragma once

#include <tracetcp/trace.hpp>

#include <vector>

namespace tracetcp {

/// The paths of a trace that was recorded, whose probes are of several flows. `ports` are the
/// source ports of its probes, by ProbeRecord::index.
Multipath recorded_paths(const Trace& trace, Address source, const std::vector<Port>& ports);

}  // namespace tracetcp
