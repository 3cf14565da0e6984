#pragma once

#include <tracetcp/trace.hpp>

namespace tracetcp {

// Which probes of a trace in a capture its reports show: those that the tool that sent them counts.
// The others become ProbeRecord::voided.

/// A probe that may have had an answer that could not be attributed was asked again; a hop that was
/// not had been given up before that answer came.
void show_what_was_not_repeated(Hop& hop);

/// A hop that was asked more often than those that answered was because its silence may have been a
/// rate limit.
void hide_doubted_silence(Trace& trace);

/// A scan asks the silent again to be sure of them, and tells one probe a port.
void hide_repeats(Hop& hop);

}  // namespace tracetcp
