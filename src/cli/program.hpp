#pragma once

#include "cli/options.hpp"
#include "cli/page_traces.hpp"
#include "cli/world.hpp"

#include <tracetcp/report.hpp>

#include <functional>

namespace tracetcp {

/// Does what the options ask for and writes the report to standard output. Returns the exit status,
/// see status.hpp; of failures it was told then. Throws Error where nothing was found yet.
int trace(const Options& options);

/// The same in a world that is open. `interrupted` says whether to end early.
int trace_in(World& world, const Options& options, const std::function<bool()>& interrupted);

/// Writes the page, where one is wanted, once the recording is finished.
void write_page(World& world, const Options& options, const RunInfo& info, PageTraces& traces,
                const RunCounts& counts, bool is_interrupted);

/// For --verbose, to standard error: what can't be seen in the report.
void tell(const World& world, const RunCounts& counts);

}  // namespace tracetcp
