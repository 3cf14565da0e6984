#pragma once

#include "cli/options.hpp"

namespace tracetcp::cli {

/// Shows the rounds of a watch, or of any traces, in a capture: on a screen at recorded speed, with
/// keys to seek, else all events at once. Sends nothing and needs no privileges. Returns the exit
/// status: 0, or 1 where the file is damaged or has no round. Throws Error.
int watch_capture(const Options& options);

}  // namespace tracetcp::cli
