// Whether all packets of one flow take one way: conclusions from distances rest on that.

#include "diagnose/findings.hpp"
#include "diagnose/outline.hpp"

#include <algorithm>

namespace tracetcp::diagnosing {
namespace {

bool got_time_exceeded(const ProbeRecord& probe) {
  return std::any_of(probe.replies.begin(), probe.replies.end(),
                     [](const Reply& reply) { return reply.kind == ReplyKind::time_exceeded; });
}

/// In the target's name. Not one that may answer another SYN.
bool got_through(const ProbeRecord& probe) {
  if (probe.contested) return false;
  return std::any_of(probe.replies.begin(), probe.replies.end(), [](const Reply& reply) {
    return reply.kind == ReplyKind::syn_ack || reply.kind == ReplyKind::rst;
  });
}

/// Of one SYN that got both, the way was the same.
bool expires_behind_end(const Trace& trace) {
  bool is_reached = false;
  for (const Hop& hop : trace.hops) {
    bool expires = false;
    for (const ProbeRecord& probe : hop.probes) {
      const bool expired = got_time_exceeded(probe);
      const bool arrived = got_through(probe);
      expires = expires || (expired && !arrived);
      is_reached = is_reached || (arrived && !expired);
    }
    if (is_reached && expires) return true;
  }
  return false;
}

/// Two routers may share one address; but then both hops have it alone.
bool has_router_at_two_hops(const std::vector<HopDigest>& hops) {
  for (const HopDigest& hop : hops) {
    if (hop.addresses.size() < 2) continue;
    const bool again = std::any_of(hops.begin(), hops.end(), [&](const HopDigest& other) {
      return other.ttl != hop.ttl && share_address(hop, other);
    });
    if (again) return true;
  }
  return false;
}

Confidence most_sure_of(const Digest& digest) {
  if (digest.reach_varies) return Confidence::not_sure;
  const auto is_change = [](const Finding& finding) {
    return finding.kind() == FindingKind::path_change;
  };
  const bool changes = std::any_of(digest.findings.begin(), digest.findings.end(), is_change);
  return changes ? Confidence::likely : Confidence::certain;
}

}  // namespace

bool reach_varies(const Trace& trace, const Digest& digest, const Outline& outline) {
  return (outline.may_expire_behind_end && expires_behind_end(trace)) ||
         has_router_at_two_hops(digest.hops);
}

Confidence most_sure_of_distances(const Digest& one, std::span<const Digest* const> others) {
  Confidence most = most_sure_of(one);
  for (const Digest* other : others) most = std::min(most, most_sure_of(*other));
  return most;
}

void limit_places(std::vector<Finding>& findings, Confidence most) {
  if (most == Confidence::certain) return;
  for (Finding& finding : findings) {
    const bool is_placed = finding.kind() == FindingKind::forged_reset ||
                           (finding.kind() == FindingKind::contradiction && finding.at.ttl);
    if (is_placed) finding.confidence = std::min(finding.confidence, Confidence::likely);
  }
}

}  // namespace tracetcp::diagnosing
