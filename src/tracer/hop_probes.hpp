#pragma once

#include <tracetcp/trace.hpp>

#include <algorithm>

namespace tracetcp {

/// How many of the hop's probes count.
inline int live_probes(const Hop& hop) {
  return static_cast<int>(std::count_if(hop.probes.begin(), hop.probes.end(),
                                        [](const ProbeRecord& probe) { return !probe.voided; }));
}

/// Whether nothing has answered the hop's probes.
inline bool is_unanswered(const Hop& hop) {
  return std::all_of(hop.probes.begin(), hop.probes.end(),
                     [](const ProbeRecord& probe) { return probe.answer() == nullptr; });
}

}  // namespace tracetcp
