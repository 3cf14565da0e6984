#pragma once

#include "cli/options.hpp"

#include <tracetcp/report.hpp>

#include <memory>
#include <string>

namespace tracetcp {

/// Writes a piece of the report to standard output at once. Throws Error where that fails.
void write_out(const std::string& text);

std::unique_ptr<Report> report_for(Format format, const RunInfo& info, const Names& names);

}  // namespace tracetcp
