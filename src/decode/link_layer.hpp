#pragma once

#include "decode/nesting.hpp"
#include "decode/parsed.hpp"
#include "decode/view.hpp"

#include <tracetcp/frame.hpp>

#include <cstdint>

namespace tracetcp::decoding {

/// Whether read_link_layer() reads frames of this type.
bool is_known(LinkType type);

/// Takes off all that precedes the IP header: link header, VLAN tags, PPPoE, MPLS labels. The link
/// headers are those of libpcap's list of link-layer header types. What follows the IP packet
/// (padding, frame check sequence) is still there.
Parsed<View> read_link_layer(const Frame& frame);
Parsed<View> read_link_layer(const Frame& frame, Nesting& nesting);

/// The same of a frame that is not of Ethernet with IPv4 directly in it, as most are.
[[gnu::noinline]] Parsed<View> read_other_link_layer(const Frame& frame, Nesting& nesting);

// Here, as it takes less time than to call it.
inline Parsed<View> read_link_layer(const Frame& frame, Nesting& nesting) {
  constexpr std::size_t header_size = 14;  // bytes
  constexpr std::uint16_t type_ipv4 = 0x0800;
  if (frame.link_type == LinkType::ethernet) [[likely]] {
    const View bytes(frame.bytes);
    const auto head = bytes.head<header_size>();
    if (head && head->u16<12>() == type_ipv4) return bytes.after(header_size);
  }
  return read_other_link_layer(frame, nesting);
}

// The same of what lies in a tunnel.

Parsed<View> read_ethernet(View frame, Nesting& nesting);

/// What an EtherType announces.
Parsed<View> read_ether_payload(std::uint16_t ether_type, View payload, Nesting& nesting);

/// A label stack (RFC 3032, section 2.1), and what follows it: IP, or an Ethernet frame of a
/// pseudowire (RFC 4448).
Parsed<View> read_mpls(View stack, Nesting& nesting);

/// PPP (RFC 1661, section 2), with or without the address and control bytes of HDLC framing
/// (RFC 1662, section 3.1), which libpcap leaves in place on some systems.
Parsed<View> read_ppp(View frame);

/// An IP packet, of which nothing but its version says what it is.
Parsed<View> read_version(View packet);

}  // namespace tracetcp::decoding
