#pragma once

#include "cli/options.hpp"
#include "cli/program.hpp"
#include "session/opened_session.hpp"
#include "session/opened_targets.hpp"
#include "session/target_feed.hpp"

#include <tracetcp/report.hpp>

#include <functional>
#include <vector>

namespace tracetcp::cli {

/// Watches the ports of a host in rounds: on a screen, else a line for each event, or JSON for each
/// round too, and in the end the figures. Returns the exit status. Throws NotSeenLeaving while
/// nothing is printed.
int watch_in(OpenedSession& session, bool has_screen, const Options& options, const RunInfo& info,
             const std::function<bool()>& interrupted);

/// The same for those of a list.
int watch_list(OpenedTargets& opened, std::vector<TargetLine> lines, ReportFiles& files,
               const Options& options);

}  // namespace tracetcp::cli
