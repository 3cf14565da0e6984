#pragma once

#include "decode/parsed.hpp"
#include "decode/view.hpp"

#include <tracetcp/header.hpp>

#include <cstdint>
#include <optional>

namespace tracetcp::decoding {

/// IANA, "Assigned Internet Protocol Numbers".
inline constexpr std::uint8_t protocol_icmp = 1;
inline constexpr std::uint8_t protocol_tcp = 6;
inline constexpr std::uint8_t protocol_icmpv6 = 58;

/// An IPv4 (RFC 791, section 3.1) or IPv6 packet that holds the start of a transport header.
struct IpPacket {
  IpHeader header;
  /// What follows the IPv4 options or IPv6 extension headers, as far as it was captured.
  View payload{Bytes{}};
  bool more_fragments = false;  ///< the payload is only the beginning
  bool goes_on = false;         ///< by a routing header, from the destination to another
};

/// A packet of either family that was captured itself. Its payload ends where the header says, so
/// padding of the link layer is not taken for content. Empty: `packet`, which must be a new one,
/// has it; else why not.
std::optional<Reason> read_ip(View bytes, IpPacket& packet);
Parsed<IpPacket> read_ip(View bytes);

/// An IPv4 packet that an ICMP error quotes. Routers change the header before they quote it, and
/// quote as much as they like: the payload is all that follows, whatever the total length says.
std::optional<Reason> read_quoted_ip(View bytes, IpPacket& packet);
Parsed<IpPacket> read_quoted_ip(View bytes);

}  // namespace tracetcp::decoding
