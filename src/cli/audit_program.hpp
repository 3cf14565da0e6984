#pragma once

#include "cli/options.hpp"

namespace tracetcp::cli {

/// Holds the network to the policy that the options name, and writes what became of each of its
/// lines to standard output. Returns the exit status, see status.hpp; failures are printed by then.
/// Throws Error where nothing was traced yet.
int audit(const Options& options);

}  // namespace tracetcp::cli
