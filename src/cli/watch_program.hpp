#pragma once

#include "cli/options.hpp"
#include "cli/program.hpp"
#include "session/opened_session.hpp"

#include <tracetcp/report.hpp>

#include <functional>

namespace tracetcp::cli {

/// Watches one port in rounds: on a screen, else a line for each event, or JSON for each round too,
/// and in the end the figures. Returns the exit status. Throws NotSeenLeaving while nothing is
/// printed.
int watch_in(OpenedSession& session, bool has_screen, const Options& options, const RunInfo& info,
             const std::function<bool()>& interrupted);

}  // namespace tracetcp::cli
