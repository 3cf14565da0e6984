#pragma once

#include "decode/ip.hpp"
#include "decode/nesting.hpp"
#include "decode/parsed.hpp"
#include "decode/view.hpp"

namespace tracetcp::decoding {

/// What a packet that is neither TCP nor ICMP carries, if it is a tunnel: the IP packet in IP-in-IP
/// (RFC 2003), GRE (RFC 2784, RFC 2890; PPTP: RFC 2637; ERSPAN), EtherIP (RFC 3378), MPLS
/// (RFC 4023, RFC 7510), VXLAN (RFC 7348), Geneve (RFC 8926) or GTP-U (3GPP TS 29.281).
Parsed<View> read_tunnel(std::uint8_t protocol, View payload, Nesting& nesting);

}  // namespace tracetcp::decoding
