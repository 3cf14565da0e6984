#pragma once

#include "cli/options.hpp"
#include "cli/world.hpp"

#include <functional>

namespace tracetcp {

/// Exit status where a port is not as --expect says.
inline constexpr int unexpected_status = 3;

/// Does what the options ask for and writes the report to standard output. Returns the exit status:
/// 0, 3 where a port is not as --expect says, or 130 where it was interrupted. Throws Error, after
/// writing what was found so far.
int trace(const Options& options);

/// The same in a world that is open. `interrupted` says whether to end early.
int trace_in(World& world, const Options& options, const std::function<bool()>& interrupted);

}  // namespace tracetcp
