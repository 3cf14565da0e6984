#pragma once

#include "correlate/flow_of.hpp"

#include <tracetcp/header.hpp>
#include <tracetcp/reply.hpp>

#include <algorithm>
#include <cstdint>

namespace tracetcp::matching {

// What the parts of the Correlator have in common.

/// A kind in the bits of those that a SYN has got.
constexpr std::uint8_t bit_of(ReplyKind kind) {
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(kind));
}

inline void fill_in(Reply& reply, const IpHeader& ip, TimePoint time, ReplyKind kind) {
  reply.kind = kind;
  reply.from = ip.source;
  reply.time = time;
  reply.ttl = ip.ttl;
  reply.ip_id = ip.id;
}

/// A notice is about a probe, but does not answer it.
inline bool is_answered(std::uint8_t kinds_seen) {
  return (kinds_seen & ~bit_of(ReplyKind::notice)) != 0;
}

/// The last such one: replies come to SYNs that left lately, and numbers may come round again.
template <class Members, class Has>
auto* find_last(Members& members, Has has) {
  const auto found = std::find_if(members.rbegin(), members.rend(), has);
  return found == members.rend() ? nullptr : &*found;
}

/// Whether a packet has the number that no other SYN of its flow and ISN has: the IP id, or over
/// IPv6, which has none, the timestamp.
template <class Member>
bool has_number_of(const Member& member, const IpHeader& ip, const TcpHeader& tcp) {
  if (ip.family() == Family::ipv4) return member.ip_id == ip.id;
  return has_timestamp(tcp, member.tsval);
}

}  // namespace tracetcp::matching
