#pragma once

#include "cli/options.hpp"
#include "cli/world.hpp"

#include <tracetcp/report.hpp>

#include <functional>
#include <string>

namespace tracetcp {

/// Exit status where a port is not as --expect says.
inline constexpr int unexpected_status = 3;

/// Exit status where a trace ended as State::unknown.
inline constexpr int unknown_status = 1;

/// Does what the options ask for and writes the report to standard output. Returns the exit status:
/// 0, 3 where a port is not as --expect says, 1 where nothing is known of one, or 130 where it was
/// interrupted. Throws Error, after
/// writing what was found so far.
int trace(const Options& options);

/// For --verbose, to standard error.
void tell(const std::string& text);
/// The same: what can't be seen in the report.
void tell(const World& world, const RunCounts& counts);

/// Ends the recording where something else failed already, which is what is to be told.
void finish_quietly(World& world);

/// The same in a world that is open. `interrupted` says whether to end early.
int trace_in(World& world, const Options& options, const std::function<bool()>& interrupted);

}  // namespace tracetcp
