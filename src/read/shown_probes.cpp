#include "read/shown_probes.hpp"

#include "tracer/hop_probes.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>

namespace tracetcp {
namespace {

std::size_t shown(const Hop& hop) {
  return static_cast<std::size_t>(std::count_if(hop.probes.begin(), hop.probes.end(),
                                                [](const auto& probe) { return !probe.voided; }));
}

/// How many probes most hops on the way had that answered; empty: none did.
std::optional<std::size_t> usual_probes(const Trace& trace) {
  std::map<std::size_t, int> hops;
  for (const Hop& hop : trace.path()) {
    const bool is_end = trace.verdict.state != State::silent && hop.ttl == trace.verdict.ttl;
    if (!is_end && !is_unanswered(hop)) ++hops[shown(hop)];
  }
  std::optional<std::size_t> usual;
  for (const auto& [probes, count] : hops) {
    if (!usual || count > hops[*usual]) usual = probes;
  }
  return usual;
}

/// Answers that are believed only once others agree leave a hop unanswered for a while: it is asked
/// more often than others, and all of that is shown.
bool was_believed_late(const Hop& hop) {
  return std::any_of(hop.probes.begin(), hop.probes.end(), [](const ProbeRecord& probe) {
    return std::any_of(probe.replies.begin(), probe.replies.end(),
                       [](const Reply& reply) { return reply.isn_rewritten; });
  });
}

}  // namespace

void show_what_was_not_repeated(Hop& hop) {
  const auto is_voided = [](const ProbeRecord& probe) { return probe.voided; };
  if (!std::all_of(hop.probes.begin(), hop.probes.end(), is_voided)) return;
  for (ProbeRecord& probe : hop.probes) probe.voided = false;
}

void hide_doubted_silence(Trace& trace) {
  const auto has_silence = [](const Hop& hop) {
    return std::any_of(hop.probes.begin(), hop.probes.end(), [](const ProbeRecord& probe) {
      return probe.replies.empty() && !probe.voided;
    });
  };
  if (std::none_of(trace.hops.begin(), trace.hops.end(), has_silence)) return;
  const auto usual = usual_probes(trace);
  if (!usual) return;
  for (Hop& hop : trace.hops) {
    const std::size_t all = shown(hop);
    if (all <= *usual || was_believed_late(hop)) continue;
    std::size_t more = all - *usual;
    for (ProbeRecord& probe : hop.probes) {
      if (more == 0) break;
      if (probe.voided || probe.answer() != nullptr) continue;
      probe.voided = true;
      --more;
    }
  }
}

void hide_repeats(Hop& hop) {
  const auto has_answer = [](const ProbeRecord& probe) { return probe.answer() != nullptr; };
  auto shown = std::find_if(hop.probes.begin(), hop.probes.end(), has_answer);
  if (shown == hop.probes.end()) shown = hop.probes.begin();
  for (auto probe = hop.probes.begin(); probe != hop.probes.end(); ++probe) {
    if (probe != shown && !has_answer(*probe)) probe->voided = true;
  }
}

}  // namespace tracetcp
