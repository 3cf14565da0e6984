#pragma once

#include "cli/options.hpp"

namespace tracetcp::cli {

/// Reports on the traces in a capture file. Sends nothing, look-ups of names included, and needs no
/// privileges. Returns the exit status: 0, or 1 where the file is damaged or holds no trace that
/// was asked for. Throws Error.
int report_capture(const Options& options);

}  // namespace tracetcp::cli
