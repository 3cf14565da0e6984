#include "diagnose/outline.hpp"

namespace tracetcp::diagnosing {
namespace {

/// Whether there is such a reply in the hop.
struct HopOutline {
  bool expired = false;   ///< time-exceeded
  bool answered = false;  ///< SYN-ACK or RST, which may answer another SYN, too
};

HopOutline add_to(Outline& outline, const Hop& hop, Address target) {
  HopOutline of_hop;
  for (const ProbeRecord& probe : hop.probes) {
    for (const Reply& reply : probe.replies) {
      if (reply.kind == ReplyKind::time_exceeded) {
        of_hop.expired = true;
        if (reply.from == target) outline.answers_as_target = true;
      } else if (reply.kind == ReplyKind::syn_ack || reply.kind == ReplyKind::rst) {
        of_hop.answered = true;
      }
      if (reply.quote) outline.has_quotes = true;
      const auto mtu = reply.next_hop_mtu;
      if (mtu && (!outline.path_mtu || *mtu < *outline.path_mtu)) outline.path_mtu = mtu;
    }
    if (probe.replies.size() > 1) outline.has_several = true;
  }
  return of_hop;
}

}  // namespace

Outline outline_of(const Trace& trace) {
  Outline outline;
  bool is_reached = false;
  for (const Hop& hop : trace.hops) {
    const HopOutline of_hop = add_to(outline, hop, trace.target.address);
    is_reached = is_reached || of_hop.answered;
    if (is_reached && of_hop.expired) outline.may_expire_behind_end = true;
  }
  return outline;
}

}  // namespace tracetcp::diagnosing
