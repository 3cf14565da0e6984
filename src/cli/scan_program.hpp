#pragma once

#include "cli/options.hpp"
#include "cli/page_file.hpp"
#include "session/opened_session.hpp"

#include <tracetcp/report.hpp>

#include <functional>

namespace tracetcp::cli {

/// Scans the ports that the options name in a session that is open and has a link, and writes the
/// report to standard output, and to `page_file` where that is not null. Returns the exit status,
/// see status.hpp; failures are printed by then.
int scan_in(OpenedSession& session, PageFile* page_file, const Options& options,
            const RunInfo& info, const std::function<bool()>& interrupted);

}  // namespace tracetcp::cli
