#pragma once

#include <tracetcp/trace.hpp>

namespace tracetcp {

// Which probes of a trace in a capture its reports show: those that the tool that sent them counts.
// The others become ProbeRecord::voided.

/// A probe that may have had an answer that could not be attributed was asked again; a hop that was
/// not had been given up before that answer came.
void show_what_was_not_repeated(Hop& hop);

/// Some silent hops were asked more often than those that answered, in case they are rate-limited:
/// hides these extra probes.
void hide_doubted_silence(Trace& trace);

/// A scan asks silent ports again to be sure of them, and shows one probe per port.
void hide_repeats(Hop& hop);

}  // namespace tracetcp
