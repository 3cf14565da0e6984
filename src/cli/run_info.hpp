#pragma once

#include "cli/options.hpp"
#include "session/opened_session.hpp"

#include <tracetcp/networks.hpp>
#include <tracetcp/report.hpp>

namespace tracetcp::cli {

/// What the traces of a session have in common, for its reports. `networks` may be null.
RunInfo info_of(const OpenedSession& session, const Options& options, const Networks* networks);

}  // namespace tracetcp::cli
