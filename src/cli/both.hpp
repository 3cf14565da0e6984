#pragma once

#include "cli/options.hpp"

namespace tracetcp::cli {

/// Traces one address of each family of the host, reports on each, and says where they end
/// differently. Returns the exit status; throws Error where nothing was found yet.
int trace_both(const Options& options);

}  // namespace tracetcp::cli
