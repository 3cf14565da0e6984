#pragma once

#include <tracetcp/boxed.hpp>
#include <tracetcp/frame.hpp>
#include <tracetcp/header.hpp>
#include <tracetcp/icmp.hpp>
#include <tracetcp/reason.hpp>

#include <cstdint>
#include <optional>
#include <variant>

namespace tracetcp {

/// What a packet shows beside its headers' fields: whether a kernel would take it.
struct Arrival {
  std::uint16_t vlan = 0;  ///< of its outermost VLAN tag (IEEE 802.1Q); 0: none, or priority only
  /// A checksum of IP, TCP or ICMP can be verified and is wrong. Known of TCP segments with SYN or
  /// RST and of ICMP errors, where all of the packet was captured and no hardware or other end on
  /// this machine was to fill in the checksum.
  bool wrong_checksum = false;
};

/// A captured TCP segment: one of our SYNs on its way out, a SYN-ACK, a RST, or anything else.
struct TcpSegment {
  IpHeader ip;
  TcpHeader tcp;  ///< rest is always there
  Arrival arrival{};

  [[nodiscard]] bool has(std::uint8_t flags) const { return (tcp.rest->flags & flags) == flags; }
};

/// A captured ICMP (RFC 792) or ICMPv6 error (RFC 4443) and the TCP packet that it quotes.
struct IcmpError {
  struct Quote {
    IpHeader ip;
    TcpHeader tcp;

    bool operator==(const Quote&) const = default;
  };

  IpHeader ip;
  IcmpNumbers icmp;
  Arrival arrival{};
  /// Bytes; of "too big" (RFC 1191, section 4; RFC 4443, section 3.2).
  std::optional<std::uint32_t> next_hop_mtu;
  Boxed<Address> gateway;  ///< of a redirect
  Quote quote;
  RareList<MplsLabel> mpls;  ///< outermost first; from the RFC 4884 extension, else empty
};

/// What a frame turned out to be, or why it can't be used.
using Decoded = std::variant<Reason, TcpSegment, IcmpError>;

/// Reads one captured frame. Never reads past frame.bytes, whatever they hold. ICMP types 3, 4, 5,
/// 11 and 12 are errors, of ICMPv6 1 to 4.
Decoded decode(const Frame& frame);

}  // namespace tracetcp
