#pragma once

#include <tracetcp/time.hpp>
#include <tracetcp/trace.hpp>

#include <vector>

namespace tracetcp::cli {

/// How long after it was asked for a name is waited for. Most answers come within some round trips;
/// a name server that is dead must not hold up the report.
inline constexpr Duration patience_for_names = std::chrono::milliseconds(400);

/// Whose names a hop's line shows, or a whole report; some may be there more than once.
std::vector<Address> responders(const Trace& trace, const Hop& hop);
std::vector<Address> responders(const Trace& trace);

}  // namespace tracetcp::cli
