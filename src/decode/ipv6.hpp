#pragma once

#include "decode/ip.hpp"

namespace tracetcp::decoding {

// The same as of IPv4, for IPv6 (RFC 8200): what follows the extension headers is the payload, of
// which the header then says the protocol.

/// A packet that was captured itself.
std::optional<Reason> read_ipv6(View bytes, IpPacket& packet);

/// A packet that an ICMPv6 error quotes.
std::optional<Reason> read_quoted_ipv6(View bytes, IpPacket& packet);

}  // namespace tracetcp::decoding
