#pragma once

#include "cli/options.hpp"
#include "session/opened_targets.hpp"

#include <tracetcp/networks.hpp>
#include <tracetcp/report.hpp>

#include <string>
#include <vector>

namespace tracetcp::cli {

/// What the traces of a session have in common, for its reports. `networks` may be null.
RunInfo info_of(const OpenedSession& session, const Options& options, const Networks* networks);

/// What the traces of all targets of a run have in common. `networks` may be null.
RunInfo info_of(const OpenedTargets& opened, const Options& options, const Networks* networks);

/// What those to one of them have. `addresses`: that the host has.
void add_target(RunInfo& info, const std::string& host, const std::vector<Address>& addresses);
void add_way(RunInfo& info, const WayOut& way);

}  // namespace tracetcp::cli
