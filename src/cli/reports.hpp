#pragma once

#include "cli/options.hpp"

#include <tracetcp/report.hpp>

#include <memory>

namespace tracetcp::cli {

std::unique_ptr<Report> report_for(Format format, const RunInfo& info, const Names& names);

}  // namespace tracetcp::cli
