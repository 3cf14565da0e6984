#pragma once

#include <tracetcp/report.hpp>

#include <string>

namespace tracetcp {

/// "Next: tracetcp HOST:PORT --patient  # why": the command that may tell more, where one may.
std::string next_step(const Trace& trace, const RunInfo& info);

}  // namespace tracetcp
