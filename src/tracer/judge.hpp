#pragma once

#include <tracetcp/trace.hpp>

#include <optional>

namespace tracetcp {

/// The highest TTL that a hop on the way answered; empty: none did.
std::optional<Ttl> reach(const Trace& trace);

/// Where the path ends, as far as its probes show: the lowest TTL that got so far, and what
/// answered there. Empty while nothing but hops on the way answered. A SYN-ACK, a RST and an ICMP
/// unreachable end a path; the state is what connect() of an application says:
///
/// 1. Of several such answers to one SYN the first decides. When the next one comes, connect() has
///    succeeded or failed: a RST ends it (RFC 9293, section 3.10.7.3), and so does an ICMP error on
///    Linux (RFC 5461, section 4.1). The later ones are a finding.
/// 2. A check decides, if it was answered. It is like an application's SYN: alone, and with a TTL
///    that does not expire.
/// 3. Else a SYN-ACK outweighs RSTs to other SYNs, whatever their TTLs: some hosts and firewalls
///    reset a SYN whose TTL expires at them although the port is open.
/// 4. A SYN that a hop answered with time-exceeded did not get to the end of the path: a SYN-ACK to
///    it, too, comes from the way. So does a RST to a TTL if hops from there on have answered.
/// 5. A rejection ends the path only if it is confirmed, see find_rejection().
std::optional<Verdict> find_ending(const Trace& trace);

/// Whether the answers contradict each other, so that it takes a check to know the state: one SYN
/// got several that end the path, or a SYN-ACK comes behind a RST that may answer the same SYN.
bool is_contradictory(const Trace& trace);

/// A SYN-ACK, a RST, an ICMP unreachable.
constexpr bool ends_path(ReplyKind kind) {
  return kind == ReplyKind::syn_ack || kind == ReplyKind::rst || kind == ReplyKind::unreachable;
}

/// Of the answers to one SYN that end a path the first; nullptr: there is none.
inline const Reply* first_end(const ProbeRecord& probe) {
  const Reply* first = nullptr;
  for (const Reply& reply : probe.replies) {
    if (ends_path(reply.kind) && (first == nullptr || reply.time < first->time)) first = &reply;
  }
  return first;
}

/// What the trace amounts to if nothing more can be asked or answers: a rejection that no larger
/// TTL confirms or refutes. Empty: there is none.
std::optional<Verdict> find_unconfirmed_rejection(const Trace& trace);

/// What the trace amounts to. A pure function of it, for live and recorded traces alike.
Verdict judge(const Trace& trace);

/// Ends a trace: takes away the round-trip times that may be those of other SYNs, and judges it.
void conclude(Trace& trace);

}  // namespace tracetcp
