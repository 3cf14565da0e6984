#pragma once

#include "cli/options.hpp"

namespace tracetcp {

/// Does what the options ask for and writes the report to standard output. Returns the exit status:
/// 0, or 130 where it was interrupted. Throws Error, after writing what was found so far.
int trace(const Options& options);

}  // namespace tracetcp
