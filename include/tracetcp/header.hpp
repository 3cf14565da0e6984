#pragma once

#include <tracetcp/address.hpp>
#include <tracetcp/number.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace tracetcp {

/// The fields of an IPv4 (RFC 791, section 3.1) or IPv6 header (RFC 8200, section 3) that a trace
/// looks at, in host byte order. Both addresses are of one family, which is that of the header.
struct IpHeader {
  Address source;
  Address destination;  ///< of IPv6 with a routing header: where the packet is to go next
  Ttl ttl;              ///< IPv6: the hop limit
  IpId id;              ///< IPv4 only; IPv6: 0
  /// DSCP in the upper six bits, ECN in the lower two; of IPv6 the traffic class, which is the same
  /// (RFC 2474).
  std::uint8_t tos = 0;
  bool dont_fragment = false;  ///< IPv4 only: routers never fragment IPv6
  std::uint8_t protocol = 0;   ///< of what follows the IPv4 options or IPv6 extension headers
  /// Bytes of the packet with its IP header, which the length field of IPv6 leaves out. 0: the
  /// field is zero, as the packet was captured before the network card cut it into segments.
  std::uint32_t total_length = 0;
  FlowLabel flow_label;  ///< IPv6 only; IPv4: 0

  [[nodiscard]] constexpr Family family() const { return source.family(); }

  bool operator==(const IpHeader&) const = default;
};

/// TCP options (RFC 9293, section 3.2; RFC 7323; RFC 2018). Empty: the option is not there.
struct TcpOptions {
  struct Timestamps {
    TsVal value;  ///< TSval
    TsVal echo;   ///< TSecr

    bool operator==(const Timestamps&) const = default;
  };

  std::optional<std::uint16_t> mss;          ///< bytes
  std::optional<std::uint8_t> window_scale;  ///< shift count
  bool sack_permitted = false;
  std::optional<Timestamps> timestamps;

  bool operator==(const TcpOptions&) const = default;
};

/// What follows the sequence number in a TCP header (RFC 9293, section 3.1).
struct TcpRest {
  static constexpr std::uint8_t fin = 0x01;
  static constexpr std::uint8_t syn = 0x02;
  static constexpr std::uint8_t rst = 0x04;
  static constexpr std::uint8_t psh = 0x08;
  static constexpr std::uint8_t ack = 0x10;

  SeqNumber acknowledgement;  ///< meaningful where flags has ack
  std::uint8_t flags = 0;
  std::uint16_t window = 0;       ///< unscaled
  bool options_complete = false;  ///< all option bytes were there to be read
  TcpOptions options;

  bool operator==(const TcpRest&) const = default;
};

/// A TCP header as far as it is known: an ICMP quote may end after the sequence number
/// (RFC 792 asks for no more than 8 bytes).
struct TcpHeader {
  Port source;
  Port destination;
  SeqNumber sequence;
  std::optional<TcpRest> rest;

  bool operator==(const TcpHeader&) const = default;
};

/// One MPLS label stack entry (RFC 4950, section 3; RFC 3032, section 2.1).
struct MplsLabel {
  std::uint32_t label = 0;         ///< 20 bits
  std::uint8_t traffic_class = 0;  ///< 3 bits, once called "experimental"
  bool bottom = false;             ///< last of its stack
  std::uint8_t ttl = 0;

  bool operator==(const MplsLabel&) const = default;
};

}  // namespace tracetcp
