#pragma once

#include "cli/options.hpp"

namespace tracetcp::cli {

/// Tells on standard output which methods work on this machine and why the others don't, and proves
/// each with a SYN to the host of the options, or to this machine itself. Returns the exit status:
/// 0, or 1 where none works. Throws Error.
int check(const Options& options);

}  // namespace tracetcp::cli
