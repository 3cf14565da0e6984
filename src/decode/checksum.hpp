#pragma once

#include "decode/ip.hpp"
#include "decode/view.hpp"

namespace tracetcp::decoding {

/// Whether the header checksum of an IPv4 packet (RFC 791, section 3.1), or that of the TCP segment
/// (RFC 9293, section 3.1) or ICMP message (RFC 792; RFC 4443, section 2.3) in a packet of either
/// family, is wrong. False where one can't be verified: a routing header leads to another address,
/// the packet was not captured as a whole, was captured before the network card cut it into
/// segments, or the field is still to be filled in by hardware. Then Linux has only the sum over
/// the pseudo header in it, which between two ends on one machine (loopback, veth, virtio) is how
/// the packet arrives; others leave it zero.
bool has_wrong_checksum(View bytes, const IpPacket& packet);

}  // namespace tracetcp::decoding
