#pragma once

#include "cli/options.hpp"
#include "cli/world.hpp"

#include <tracetcp/report.hpp>

#include <functional>

namespace tracetcp {

/// Scans the ports that the options name in a world that is open and has a link, and writes the
/// report to standard output. False: a port ended as State::unknown. Throws Error, after writing
/// what was found so far.
bool scan_in(World& world, const Options& options, const RunInfo& info,
             const std::function<bool()>& interrupted);

}  // namespace tracetcp
