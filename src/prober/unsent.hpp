#pragma once

#include <tracetcp/departure.hpp>
#include <tracetcp/link.hpp>
#include <tracetcp/trace.hpp>

namespace tracetcp {

/// Whether anything of a trace was seen: a SYN that left, or an answer.
bool has_shown_up(const Trace& trace);

/// Why SYNs may not leave by that link at this moment: it refused some, or else `why_unsent` knows.
std::optional<Refusal> why_unsent(const Link& link, const WhyUnsent& why_unsent);

/// Asks why, where nothing of a trace was seen, and notes what this machine says: its SYNs were
/// refused.
void explain_silence(Trace& trace, const WhyUnsent& why_unsent);

/// Where nothing of a trace was seen, and SYNs are not watched, none need have left.
void doubt_unwatched(Trace& trace);

/// Where the capture lost packets, a SYN that it does not show may have left all the same.
void doubt_unseen(Trace& trace, const LinkStats& stats);

}  // namespace tracetcp
