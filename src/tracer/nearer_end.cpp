#include "tracer/nearer_end.hpp"

#include "tracer/hop_probes.hpp"
#include "tracer/round_trip.hpp"

#include <tracetcp/diagnose.hpp>

#include <vector>

namespace tracetcp {
namespace {

/// The first reply of that kind to the hop's probes whose own TTL is known.
const Reply* reply_of(const Hop& hop, ReplyKind kind) {
  for (const ProbeRecord& probe : hop.probes) {
    for (const Reply& reply : probe.replies) {
      if (reply.kind == kind && reply.ttl) return &reply;
    }
  }
  return nullptr;
}

/// The way back from a hop that answered.
struct WayBack {
  Ttl ttl;         ///< of the hop
  int longer = 0;  ///< by how many hops the way back is longer than the way there
};

/// Of all hops before that TTL that answered time exceeded, the nearest first.
std::vector<WayBack> ways_back(const Trace& trace, Ttl end) {
  std::vector<WayBack> ways;
  for (const Hop& hop : trace.hops) {
    if (hop.ttl >= end) break;
    const Reply* answer = reply_of(hop, ReplyKind::time_exceeded);
    if (answer == nullptr) continue;
    ways.push_back({.ttl = hop.ttl, .longer = return_hops(*answer->ttl) - hop.ttl.value});
  }
  return ways;
}

/// Whether each hop was asked once, as far as its probes count, and one before another that
/// answered is silent: it never answers, or its answer was lost.
bool leaves_loss_open(const Trace& trace, const std::vector<WayBack>& ways) {
  if (ways.empty()) return false;
  bool is_open = false;
  for (const Hop& hop : trace.hops) {
    if (hop.ttl >= ways.back().ttl) break;
    if (live_probes(hop) > 1) return false;
    is_open = is_open || is_unanswered(hop);
  }
  return is_open;
}

/// Whether that can be compared with the way back of the target.
bool are_alike(const std::vector<WayBack>& ways, bool has_loss) {
  constexpr std::size_t with_loss = 2;  // hops, the last of all
  constexpr std::size_t without = 3;
  if (ways.size() < (has_loss ? with_loss : without)) return false;
  const std::size_t first = has_loss ? ways.size() - with_loss : 0;
  for (std::size_t i = first; i < ways.size(); ++i) {
    if (ways[i].longer != ways.back().longer) return false;
  }
  return true;
}

bool is_silent(const Trace& trace, int from, Ttl end) {
  for (const Hop& hop : trace.hops) {
    if (hop.ttl.value < from || hop.ttl >= end) continue;
    for (const ProbeRecord& probe : hop.probes) {
      if (probe.answer() != nullptr) return false;
    }
  }
  return true;
}

}  // namespace

std::optional<Ttl> nearer_end(const Trace& trace, const Verdict& verdict) {
  if (verdict.state != State::open || !verdict.ttl) return std::nullopt;
  if (!is_silent(trace, verdict.ttl->value - 1, *verdict.ttl)) return std::nullopt;
  const Reply* end = nullptr;
  for (const Hop& hop : trace.hops) {
    if (hop.ttl == *verdict.ttl) end = reply_of(hop, ReplyKind::syn_ack);
  }
  const std::vector<WayBack> ways = ways_back(trace, *verdict.ttl);
  const bool may_lose = shows_loss(trace) || leaves_loss_open(trace, ways);
  if (end == nullptr || !are_alike(ways, may_lose)) return std::nullopt;
  const int nearer = return_hops(*end->ttl) - ways.back().longer;
  if (nearer <= ways.back().ttl.value || nearer >= verdict.ttl->value) return std::nullopt;
  if (!is_silent(trace, nearer, *verdict.ttl)) return std::nullopt;
  return Ttl{static_cast<std::uint8_t>(nearer)};
}

}  // namespace tracetcp
