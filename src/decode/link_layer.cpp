#include "decode/link_layer.hpp"

namespace tracetcp::decoding {
namespace {

/// EtherTypes (IANA, "IEEE 802 Numbers").
constexpr std::uint16_t type_ipv4 = 0x0800;
constexpr std::uint16_t type_ipv6 = 0x86dd;
constexpr std::uint16_t type_vlan = 0x8100;           ///< IEEE 802.1Q customer tag
constexpr std::uint16_t type_service_vlan = 0x88a8;   ///< IEEE 802.1ad, the outer tag of QinQ
constexpr std::uint16_t type_old_qinq = 0x9100;       ///< the same before 802.1ad
constexpr std::uint16_t type_pppoe_session = 0x8864;  ///< RFC 2516, section 4

bool is_vlan(std::uint16_t ether_type) {
  return ether_type == type_vlan || ether_type == type_service_vlan || ether_type == type_old_qinq;
}

/// PPP (RFC 1661, section 2), with or without the address and control bytes of HDLC framing
/// (RFC 1662, section 3.1), which libpcap leaves in place on some systems.
Parsed<View> read_ppp(View frame) {
  constexpr std::uint16_t address_and_control = 0xff03;
  constexpr std::uint16_t ipv4 = 0x0021;
  constexpr std::uint16_t ipv6 = 0x0057;

  if (frame.size() >= 2 && frame.u16(0) == address_and_control) frame = frame.after(2);
  if (frame.size() < 1) return Reason::link_truncated;
  // Only the last byte of a protocol number is odd, so a first one that is odd is all of it: the
  // compressed form (RFC 1661, section 6.5).
  const std::size_t protocol_size = (frame.u8(0) & 1) != 0 ? 1 : 2;
  if (frame.size() < protocol_size) return Reason::link_truncated;
  const std::uint16_t protocol = protocol_size == 1 ? frame.u8(0) : frame.u16(0);

  if (protocol == ipv4) return frame.after(protocol_size);
  return protocol == ipv6 ? Reason::ipv6 : Reason::not_ip;
}

/// What an EtherType announces; `payload` is what follows it.
Parsed<View> read_ether_payload(std::uint16_t ether_type, View payload, std::uint16_t& vlan) {
  constexpr std::uint16_t vlan_number = 0x0fff;
  for (bool outermost = true; is_vlan(ether_type); outermost = false) {
    if (payload.size() < 4) return Reason::link_truncated;
    if (outermost) vlan = payload.u16(0) & vlan_number;
    ether_type = payload.u16(2);
    payload = payload.after(4);
  }
  if (ether_type == type_pppoe_session) {
    constexpr std::size_t pppoe_header_size = 6;
    if (payload.size() < pppoe_header_size) return Reason::link_truncated;
    return read_ppp(payload.after(pppoe_header_size));
  }
  if (ether_type == type_ipv4) return payload;
  return ether_type == type_ipv6 ? Reason::ipv6 : Reason::not_ip;
}

/// The address family of BSD loopback. LINKTYPE_NULL has it in the byte order of the capturing
/// host, which need not be this one. All families fit in one byte: the first or the last.
Parsed<View> read_family(View frame) {
  if (frame.size() < 4) return Reason::link_truncated;
  const std::uint32_t field = frame.u32(0);
  const std::uint32_t family = (field & 0x00ffffff) == 0 ? field >> 24 : field;
  switch (family) {
    case 2:
      return frame.after(4);
    case 10:  // AF_INET6 of Linux
    case 23:  // Windows
    case 24:  // NetBSD, OpenBSD, Npcap
    case 28:  // FreeBSD
    case 30:  // macOS
      return Reason::ipv6;
    default:
      return Reason::not_ip;
  }
}

}  // namespace

Parsed<View> read_link_layer(const Frame& frame, std::uint16_t& vlan) {
  const View bytes(frame.bytes);
  // A header of fixed size with an EtherType in it: Ethernet and both Linux "cooked" kinds.
  std::size_t header_size = 14;
  std::size_t type_at = 12;
  switch (frame.link_type) {
    case LinkType::ethernet:
      break;
    case LinkType::linux_sll:
      header_size = 16;
      type_at = 14;
      break;
    case LinkType::linux_sll2:
      header_size = 20;
      type_at = 0;
      break;
    case LinkType::null:
    case LinkType::loop:
      return read_family(bytes);
    case LinkType::ppp:
    case LinkType::ppp_hdlc:
      return read_ppp(bytes);
    case LinkType::raw:
    case LinkType::raw_old:
    case LinkType::raw_openbsd:
    case LinkType::ipv4:
      return bytes;
    default:
      return Reason::link_type_unknown;
  }
  if (bytes.size() < header_size) return Reason::link_truncated;
  const std::uint16_t type = bytes.u16(type_at);
  if (type == type_ipv4) return bytes.after(header_size);
  return read_ether_payload(type, bytes.after(header_size), vlan);
}

Parsed<View> read_link_layer(const Frame& frame) {
  std::uint16_t vlan = 0;
  return read_link_layer(frame, vlan);
}

}  // namespace tracetcp::decoding
