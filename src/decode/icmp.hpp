#pragma once

#include "decode/ip.hpp"

#include <tracetcp/decode.hpp>

#include <optional>

namespace tracetcp::decoding {

/// An ICMP (RFC 792) or ICMPv6 error (RFC 4443) with the TCP packet that it quotes and its MPLS
/// labels. Empty: `error`, which must be a new one, has it; else why not.
std::optional<Reason> read_icmp_error(const IpPacket& packet, IcmpError& error);

}  // namespace tracetcp::decoding
