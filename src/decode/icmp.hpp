#pragma once

#include "decode/ip.hpp"
#include "decode/parsed.hpp"

#include <tracetcp/decode.hpp>

namespace tracetcp::decoding {

/// An ICMP error (RFC 792) with the TCP packet that it quotes and its MPLS labels.
Parsed<IcmpError> read_icmp_error(const IpPacket& packet);

}  // namespace tracetcp::decoding
