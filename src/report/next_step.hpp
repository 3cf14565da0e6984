#pragma once

#include <tracetcp/report.hpp>

#include <string>

namespace tracetcp {

/// "Next: tracetcp HOST:PORT --patient  # why": the command that may show more, where there is one.
std::string next_step(const Trace& trace, const RunInfo& info);

}  // namespace tracetcp
