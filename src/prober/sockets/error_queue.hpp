#pragma once

#include <tracetcp/header.hpp>
#include <tracetcp/icmp.hpp>
#include <tracetcp/time.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace tracetcp {

/// An ICMP error as the kernel keeps it for the socket whose packet it quotes (IP_RECVERR of ip(7),
/// IPV6_RECVERR of ipv6(7)).
struct QueuedError {
  Address from;
  TimePoint time;          ///< when the kernel received it; the epoch where it did not say
  std::optional<Ttl> ttl;  ///< of the ICMP message as received; empty: unknown
  IcmpNumbers icmp;
  std::optional<TcpHeader> quoted;  ///< our SYN from its TCP header on: the kernel keeps no more
  std::vector<MplsLabel> mpls;      ///< outermost first (RFC 4950)
};

/// Takes the socket's oldest ICMP error; what else is in its queue before that is dropped. Empty:
/// there is none. The socket should have SO_TIMESTAMPNS, and
/// IP_RECVERR and IP_RECVTTL, or IPV6_RECVERR and IPV6_RECVHOPLIMIT.
std::optional<QueuedError> take_icmp_error(int fd);

}  // namespace tracetcp
