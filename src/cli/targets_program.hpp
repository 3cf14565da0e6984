#pragma once

#include "cli/options.hpp"

namespace tracetcp::cli {

/// Traces all targets of the list that the options name and writes the reports to standard output.
/// Returns the exit status, see status.hpp; failures are printed by then. Throws Error where
/// nothing was found yet.
int trace_targets(const Options& options);

}  // namespace tracetcp::cli
