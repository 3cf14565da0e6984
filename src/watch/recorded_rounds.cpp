#include "watch/recorded_rounds.hpp"

#include "tracer/judge.hpp"

#include <algorithm>
#include <utility>

namespace tracetcp {
namespace {

bool is_sent_before(const ProbeRecord& one, const ProbeRecord& other) {
  return one.sent < other.sent;
}

/// Of all TTLs, as they were sent.
std::vector<ProbeRecord> probes_of(const Trace& trace) {
  std::vector<ProbeRecord> probes;
  for (const Hop& hop : trace.hops) {
    probes.insert(probes.end(), hop.probes.begin(), hop.probes.end());
  }
  std::stable_sort(probes.begin(), probes.end(), is_sent_before);
  return probes;
}

void note_end(const ProbeRecord& probe, Trace& round) {
  round.ended = std::max(round.ended, probe.sent);
  for (const Reply& reply : probe.replies) round.ended = std::max(round.ended, reply.time);
}

void add(ProbeRecord probe, Trace& round) {
  if (round.hops.empty()) {
    round.started = probe.sent;
    round.hops.push_back({.ttl = probe.ttl, .probes = {}});
  }
  const int first = round.hops.front().ttl.value;
  if (probe.ttl.value < first) return;
  while (round.hops.back().ttl < probe.ttl) {
    const auto next = static_cast<std::uint8_t>(round.hops.back().ttl.value + 1);
    round.hops.push_back({.ttl = Ttl{next}, .probes = {}});
  }
  note_end(probe, round);
  ++round.syns_sent;
  round.hops[static_cast<std::size_t>(probe.ttl.value - first)].probes.push_back(std::move(probe));
}

}  // namespace

std::vector<Trace> rounds_of(const Trace& trace) {
  std::vector<Trace> rounds;
  if (trace.hops.empty()) return rounds;
  const Ttl lowest = trace.hops.front().ttl;
  bool was_larger = true;
  for (ProbeRecord& probe : probes_of(trace)) {
    if (rounds.empty() || (probe.ttl == lowest && was_larger)) {
      rounds.emplace_back();
      rounds.back().target = trace.target;
    }
    was_larger = probe.ttl != lowest;
    add(std::move(probe), rounds.back());
  }
  for (const ProbeRecord& check : trace.checks) {
    const auto after =
        std::upper_bound(rounds.begin(), rounds.end(), check.sent,
                         [](TimePoint sent, const Trace& round) { return sent < round.started; });
    if (after == rounds.begin()) continue;
    note_end(check, *std::prev(after));
    std::prev(after)->checks.push_back(check);
  }
  for (Trace& round : rounds) conclude(round);
  return rounds;
}

}  // namespace tracetcp
