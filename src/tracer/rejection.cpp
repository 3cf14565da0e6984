#include "tracer/rejection.hpp"

#include "tracer/judge.hpp"

namespace tracetcp {
namespace {

const Reply* rejection_in(const ProbeRecord& probe) {
  const Reply* end = probe.voided ? nullptr : first_end(probe);
  return end != nullptr && end->kind == ReplyKind::unreachable ? end : nullptr;
}

/// The address that rejects the largest TTL of all.
std::optional<Address> last_to_reject(const Trace& trace) {
  for (auto hop = trace.hops.rbegin(); hop != trace.hops.rend(); ++hop) {
    for (const ProbeRecord& probe : hop->probes) {
      if (const Reply* reply = rejection_in(probe)) return reply->from;
    }
  }
  return std::nullopt;
}

bool has_expired(const Reply& reply) {
  return !reply.quote || reply.quote->ip.ttl.value <= 1;
}

}  // namespace

std::optional<Rejection> find_rejection(const Trace& trace) {
  const auto last = last_to_reject(trace);
  if (!last) return std::nullopt;
  const auto reached = reach(trace);
  std::optional<Rejection> found;
  for (const Hop& hop : trace.hops) {
    if (reached && hop.ttl <= *reached) continue;
    for (const ProbeRecord& probe : hop.probes) {
      const Reply* reply = rejection_in(probe);
      if (reply == nullptr || reply->from != *last) continue;
      if (!found) found = Rejection{.ttl = hop.ttl, .reply = reply};
      if (hop.ttl > found->ttl) found->is_confirmed = true;
    }
  }
  if (!found) return std::nullopt;
  for (const ProbeRecord& check : trace.checks) {
    const Reply* reply = rejection_in(check);
    const bool same = reply != nullptr && reply->from == *last && check.ttl > found->ttl;
    found->is_confirmed = found->is_confirmed || same;
  }
  if (!found->is_confirmed && trace.hops.back().ttl == found->ttl) {
    found->is_confirmed = !has_expired(*found->reply);
  }
  return found;
}

}  // namespace tracetcp
