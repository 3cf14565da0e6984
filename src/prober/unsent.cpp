#include "prober/unsent.hpp"

#include <algorithm>

namespace tracetcp {
namespace {

bool is_seen(const ProbeRecord& probe) {
  return !probe.replies.empty() || probe.departure == Departure::as_made ||
         probe.departure == Departure::translated;
}

}  // namespace

bool has_shown_up(const Trace& trace) {
  return std::any_of(trace.hops.begin(), trace.hops.end(), [](const Hop& hop) {
    return std::any_of(hop.probes.begin(), hop.probes.end(), is_seen);
  });
}

std::optional<Refusal> why_unsent(const Link& link, const WhyUnsent& why_unsent) {
  if (auto refusal = link.refusal()) return refusal;
  return why_unsent ? why_unsent() : std::nullopt;
}

void explain_silence(Trace& trace, const WhyUnsent& why_unsent) {
  if (has_shown_up(trace)) return;
  if (auto refusal = why_unsent ? why_unsent() : std::nullopt) trace.refusal = refusal;
  if (!trace.refusal) return;
  for (Hop& hop : trace.hops) {
    for (ProbeRecord& probe : hop.probes) probe.departure = Departure::refused;
  }
}

void doubt_unwatched(Trace& trace) {
  for (Hop& hop : trace.hops) {
    for (ProbeRecord& probe : hop.probes) {
      if (probe.departure == Departure::unwatched) probe.departure = Departure::unknown;
    }
  }
}

void doubt_unseen(Trace& trace, const LinkStats& stats) {
  if (stats.kernel_dropped == 0 && stats.queue_dropped == 0) return;
  for (Hop& hop : trace.hops) {
    for (ProbeRecord& probe : hop.probes) {
      if (probe.departure == Departure::unseen) probe.departure = Departure::unwatched;
    }
  }
}

}  // namespace tracetcp
