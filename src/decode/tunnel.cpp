#include "decode/tunnel.hpp"

#include "decode/link_layer.hpp"

namespace tracetcp::decoding {
namespace {

// IANA, "Assigned Internet Protocol Numbers".
constexpr std::uint8_t protocol_ipv4 = 4;
constexpr std::uint8_t protocol_udp = 17;
constexpr std::uint8_t protocol_ipv6 = 41;
constexpr std::uint8_t protocol_gre = 47;
constexpr std::uint8_t protocol_etherip = 97;
constexpr std::uint8_t protocol_mpls = 137;

/// GRE, and what others made of it.
Parsed<View> read_gre(View packet, Nesting& nesting) {
  constexpr std::uint16_t has_checksum = 0x8000;
  constexpr std::uint16_t has_routing = 0x4000;
  constexpr std::uint16_t has_key = 0x2000;
  constexpr std::uint16_t has_sequence = 0x1000;
  constexpr std::uint16_t has_acknowledgement = 0x0080;  // version 1 only
  constexpr std::uint16_t version_bits = 0x0007;
  constexpr std::uint16_t type_ppp = 0x880b;
  constexpr std::uint16_t type_erspan = 0x88be;    // types I and II
  constexpr std::uint16_t type_erspan_3 = 0x22eb;  // draft-foschiano-erspan

  if (packet.size() < 4) return Reason::link_truncated;
  const std::uint16_t flags = packet.u16(0);
  const std::uint16_t type = packet.u16(2);
  const int version = flags & version_bits;
  if (version > 1 || (flags & has_routing) != 0) return Reason::not_tcp_or_icmp;
  std::size_t size = 4;
  for (const std::uint16_t field : {has_checksum, has_key, has_sequence}) {
    if ((flags & field) != 0) size += 4;
  }
  if (version == 1 && (flags & has_acknowledgement) != 0) size += 4;
  View payload = packet.after(size);
  if (version == 1) {
    return type == type_ppp ? read_ppp(payload) : Parsed<View>(Reason::not_tcp_or_icmp);
  }
  if (type == type_erspan) {
    return read_ethernet((flags & has_sequence) != 0 ? payload.after(8) : payload, nesting);
  }
  if (type == type_erspan_3) {
    constexpr std::size_t header_size = 12;
    if (payload.size() < header_size) return Reason::link_truncated;
    const bool has_subheader = (payload.u8(11) & 1) != 0;
    return read_ethernet(payload.after(has_subheader ? header_size + 8 : header_size), nesting);
  }
  return read_ether_payload(type, payload, nesting);
}

Parsed<View> read_vxlan(View packet, Nesting& nesting) {
  constexpr std::size_t size = 8;
  constexpr std::uint8_t has_network = 0x08;
  if (packet.size() < size) return Reason::link_truncated;
  if ((packet.u8(0) & has_network) == 0) return Reason::not_tcp_or_icmp;
  return read_ethernet(packet.after(size), nesting);
}

Parsed<View> read_geneve(View packet, Nesting& nesting) {
  constexpr std::size_t size = 8;
  if (packet.size() < size) return Reason::link_truncated;
  const std::size_t options = std::size_t{packet.u8(0)} % 64 * 4;
  if (packet.u8(0) / 64 != 0) return Reason::not_tcp_or_icmp;
  return read_ether_payload(packet.u16(2), packet.after(size + options), nesting);
}

/// A packet of a user of a mobile network.
Parsed<View> read_gtp(View packet) {
  constexpr std::uint8_t version_and_protocol = 0xf0;
  constexpr std::uint8_t version_1 = 0x30;
  constexpr std::uint8_t has_optional_fields = 0x07;
  constexpr std::uint8_t has_extension = 0x04;
  constexpr std::uint8_t user_data = 255;
  std::size_t at = 8;
  if (packet.size() < at) return Reason::link_truncated;
  const std::uint8_t flags = packet.u8(0);
  if ((flags & version_and_protocol) != version_1 || packet.u8(1) != user_data) {
    return Reason::not_tcp_or_icmp;
  }
  if ((flags & has_optional_fields) != 0) {
    at += 4;
    if (packet.size() < at) return Reason::link_truncated;
    std::uint8_t extension = (flags & has_extension) != 0 ? packet.u8(at - 1) : std::uint8_t{0};
    while (extension !=
           0) {  // each has its length first, in units of four bytes, and what follows last
      if (packet.size() < at + 4) return Reason::link_truncated;
      const std::size_t length = std::size_t{packet.u8(at)} * 4;
      if (length == 0 || packet.size() < at + length) return Reason::link_truncated;
      at += length;
      extension = packet.u8(at - 1);
    }
  }
  return read_version(packet.after(at));
}

/// By the port that it is sent to.
Parsed<View> read_udp(View packet, Nesting& nesting) {
  constexpr std::size_t size = 8;
  if (packet.size() < size) return Reason::not_tcp_or_icmp;
  const View payload = packet.after(size);
  switch (packet.u16(2)) {
    case 4789:
    case 8472:  // Linux, where nothing else is asked for
      return read_vxlan(payload, nesting);
    case 6081:
      return read_geneve(payload, nesting);
    case 6635:
      return read_mpls(payload, nesting);
    case 2152:
      return read_gtp(payload);
    default:
      return Reason::not_tcp_or_icmp;
  }
}

}  // namespace

Parsed<View> read_tunnel(std::uint8_t protocol, View payload, Nesting& nesting) {
  if (!nesting.enter()) return Reason::not_tcp_or_icmp;
  switch (protocol) {
    case protocol_ipv4:
    case protocol_ipv6:
      return payload;
    case protocol_udp:
      return read_udp(payload, nesting);
    case protocol_gre:
      return read_gre(payload, nesting);
    case protocol_etherip:
      return read_ethernet(payload.after(2), nesting);
    case protocol_mpls:
      return read_mpls(payload, nesting);
    default:
      return Reason::not_tcp_or_icmp;
  }
}

}  // namespace tracetcp::decoding
