#pragma once

#include "session/opened_session.hpp"
#include "session/page_traces.hpp"

#include <tracetcp/run_counts.hpp>
#include <tracetcp/session.hpp>

#include <functional>

namespace tracetcp {

/// A trace that is done, with its diagnosis. `silent_before`: how many traces of its port were
/// silent before this one.
using TakePort = std::function<void(Trace& trace, const RunCounts& counts, int silent_before)>;

/// Traces all ports of a session, each with its diagnosis in the light of the others, so that one
/// is the control of the other. Where none of them is open, and where there is but one, it is
/// compared with port 443 or 80 as well, unless `may_compare` is not set. A port that is silent
/// though each TTL was asked once, as with -p 1, is traced again. Of more than 1000 ports the
/// traces are handed on as they come, without either. Throws Error once all that is known was
/// handed on.
void trace_ports(OpenedSession& session, const SessionOptions& options, bool may_compare,
                 PageTraces& page, const std::function<bool()>& interrupted, const TakePort& take);

}  // namespace tracetcp
