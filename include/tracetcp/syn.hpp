#pragma once

#include <tracetcp/address.hpp>
#include <tracetcp/number.hpp>

#include <cstdint>

namespace tracetcp {

/// What distinguishes one of our SYNs from all other packets, and from our other SYNs.
struct Tag {
  SeqNumber isn;  ///< 32 bits that cannot be guessed without seeing the SYN
  IpId ip_id;     ///< of IPv4; never 0: the kernel would replace it on a raw socket
  TsVal tsval;    ///< echoed by the target's SYN-ACK as TSecr (RFC 7323, section 3.2)

  constexpr bool operator==(const Tag&) const = default;
};

/// Everything that varies between the SYNs that we send.
struct Syn {
  Flow flow;
  Ttl ttl;
  Tag tag;
  FlowLabel flow_label{};  ///< of IPv6; IPv4 has none. One for all SYNs of a flow: routers hash it

  constexpr bool operator==(const Syn&) const = default;
};

}  // namespace tracetcp
