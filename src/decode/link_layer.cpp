#include "decode/link_layer.hpp"

#include "decode/wifi.hpp"

namespace tracetcp::decoding {
namespace {

/// EtherTypes (IANA, "IEEE 802 Numbers").
constexpr std::uint16_t type_ipv4 = 0x0800;
constexpr std::uint16_t type_ipv6 = 0x86dd;
constexpr std::uint16_t type_vlan = 0x8100;           ///< IEEE 802.1Q customer tag
constexpr std::uint16_t type_service_vlan = 0x88a8;   ///< IEEE 802.1ad, the outer tag of QinQ
constexpr std::uint16_t type_old_qinq = 0x9100;       ///< the same before 802.1ad
constexpr std::uint16_t type_pppoe_session = 0x8864;  ///< RFC 2516, section 4
constexpr std::uint16_t type_mpls = 0x8847;
constexpr std::uint16_t type_mpls_multicast = 0x8848;
constexpr std::uint16_t type_bridged = 0x6558;  ///< transparent Ethernet bridging

constexpr std::size_t ethernet_header_size = 14;  // bytes, without tags

bool is_vlan(std::uint16_t ether_type) {
  return ether_type == type_vlan || ether_type == type_service_vlan || ether_type == type_old_qinq;
}

/// NFLOG of Linux: attributes in the byte order of the capturing host, one of which is the packet.
Parsed<View> read_nflog(View frame) {
  constexpr std::size_t header_size = 4;
  constexpr std::uint16_t payload = 9;  // NFULA_PAYLOAD
  if (frame.size() < header_size) return Reason::link_truncated;
  View attributes = frame.after(header_size);
  while (attributes.size() >= 4) {
    // There are fewer than 256 types, so the byte that is zero shows the byte order.
    const bool is_little = attributes.u8(3) == 0;
    const std::size_t length =
        is_little ? std::size_t{attributes.u8(1)} << 8 | attributes.u8(0) : attributes.u16(0);
    const std::uint16_t type = is_little ? attributes.u8(2) : attributes.u16(2);
    if (length < 4) return Reason::link_truncated;
    if (type == payload) return read_version(attributes.first(length).after(4));
    attributes = attributes.after((length + 3) / 4 * 4);
  }
  return Reason::not_ip;
}

/// PPI, which names the link type of what follows it.
Parsed<View> read_ppi(View frame, Nesting& nesting) {
  constexpr std::size_t smallest = 8;
  if (frame.size() < smallest) return Reason::link_truncated;
  const std::size_t length = std::size_t{frame.u8(3)} << 8 | frame.u8(2);  // little-endian
  if (length < smallest || !nesting.enter()) return Reason::link_truncated;
  if (frame.u8(4) != static_cast<std::uint8_t>(LinkType::wifi)) return Reason::link_type_unknown;
  return read_wifi(frame.after(length), false, nesting);
}

/// Prism and AVS: headers of old Wi-Fi drivers.
Parsed<View> read_prism(View frame, Nesting& nesting) {
  constexpr std::uint32_t avs_magic = 0x80211000;
  constexpr std::size_t prism_size = 144;
  if (frame.size() < 8) return Reason::link_truncated;
  const bool is_avs = (frame.u32(0) & 0xfffff000) == avs_magic;
  return read_wifi(frame.after(is_avs ? frame.u32(4) : prism_size), false, nesting);
}

/// OpenBSD's pf log: the first byte is the length of the header, without filling.
Parsed<View> read_pflog(View frame) {
  if (frame.size() < 4) return Reason::link_truncated;
  return read_version(frame.after((std::size_t{frame.u8(0)} + 3) / 4 * 4));
}

/// What is announced as IPv6.
Parsed<View> ipv6_packet(View packet) {
  if (packet.size() < 1) return Reason::ip_truncated;
  if (packet.u8(0) / 16 != 6) return Reason::ip_bad_header;
  return packet;
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
      return ipv6_packet(frame.after(4));
    default:
      return Reason::not_ip;
  }
}

/// A header of fixed size with an EtherType in it.
Parsed<View> read_typed(View frame, std::size_t header_size, std::size_t type_at,
                        Nesting& nesting) {
  if (frame.size() < header_size) return Reason::link_truncated;
  const std::uint16_t type = frame.u16(type_at);
  if (type == type_ipv4) return frame.after(header_size);
  return read_ether_payload(type, frame.after(header_size), nesting);
}

Parsed<View> read_pppoe(View frame) {
  constexpr std::size_t header_size = 6;
  if (frame.size() < header_size) return Reason::link_truncated;
  return read_ppp(frame.after(header_size));
}

}  // namespace

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
  if (protocol == ipv6) return ipv6_packet(frame.after(protocol_size));
  return Reason::not_ip;
}

Parsed<View> read_version(View packet) {
  if (packet.size() < 1) return Reason::link_truncated;
  const int version = packet.u8(0) / 16;
  if (version == 4 || version == 6) return packet;
  return Reason::not_ip;
}

Parsed<View> read_mpls(View stack, Nesting& nesting) {
  constexpr std::size_t label_size = 4;
  bool is_bottom = false;
  while (!is_bottom) {
    if (stack.size() < label_size) return Reason::link_truncated;
    is_bottom = (stack.u8(2) & 1) != 0;
    stack = stack.after(label_size);
  }
  if (stack.size() < 1) return Reason::link_truncated;
  const int version = stack.u8(0) / 16;
  if (version == 4 || version == 6) return stack;
  // A pseudowire. Zero there is its control word (RFC 4385, section 3), or of an address.
  if (version == 0) {
    const Parsed<View> after_word = read_ethernet(stack.after(4), nesting);
    if (after_word) return after_word;
  }
  return read_ethernet(stack, nesting);
}

Parsed<View> read_ethernet(View frame, Nesting& nesting) {
  if (!nesting.enter()) return Reason::not_ip;
  return read_typed(frame, ethernet_header_size, 12, nesting);
}

Parsed<View> read_ether_payload(std::uint16_t ether_type, View payload, Nesting& nesting) {
  constexpr std::uint16_t longest_length = 1500;  // a length, not a type (IEEE 802.3)
  constexpr std::uint16_t vlan_number = 0x0fff;
  for (bool outermost = true; is_vlan(ether_type); outermost = false) {
    if (payload.size() < 4) return Reason::link_truncated;
    if (outermost) nesting.note_vlan(payload.u16(0) & vlan_number);
    ether_type = payload.u16(2);
    payload = payload.after(4);
  }
  switch (ether_type) {
    case type_ipv4:
      return payload;
    case type_ipv6:
      return ipv6_packet(payload);
    case type_pppoe_session:
      return read_pppoe(payload);
    case type_mpls:
    case type_mpls_multicast:
      return read_mpls(payload, nesting);
    case type_bridged:
      return read_ethernet(payload, nesting);
    default:
      break;
  }
  if (ether_type > longest_length || !nesting.enter()) return Reason::not_ip;
  return read_llc(payload.first(ether_type), nesting);
}

bool is_known(LinkType type) {
  const Parsed<View> empty = read_link_layer({.link_type = type});
  return empty || empty.reason() != Reason::link_type_unknown;
}

Parsed<View> read_link_layer(const Frame& frame) {
  Nesting nesting;
  return read_link_layer(frame, nesting);
}

Parsed<View> read_other_link_layer(const Frame& frame, Nesting& nesting) {
  const View bytes(frame.bytes);
  switch (frame.link_type) {
    case LinkType::ethernet:
      return read_typed(bytes, ethernet_header_size, 12, nesting);
    case LinkType::linux_sll:
      return read_typed(bytes, 16, 14, nesting);
    case LinkType::linux_sll2:
      return read_typed(bytes, 20, 0, nesting);
    case LinkType::cisco_hdlc:
      return read_typed(bytes, 4, 2, nesting);
    case LinkType::ieee1394:
      return read_typed(bytes, 18, 16, nesting);
    case LinkType::null:
    case LinkType::loop:
      return read_family(bytes);
    case LinkType::enc:
      return read_version(bytes.after(12));
    case LinkType::pflog:
      return read_pflog(bytes);
    case LinkType::ppp:
    case LinkType::ppp_hdlc:
      return read_ppp(bytes);
    case LinkType::pppoe:
      return read_pppoe(bytes);
    case LinkType::atm:
      return read_llc(bytes, nesting);
    case LinkType::wifi:
      return read_wifi(bytes, false, nesting);
    case LinkType::wifi_radiotap:
      return read_radiotap(bytes, nesting);
    case LinkType::wifi_prism:
    case LinkType::wifi_avs:
      return read_prism(bytes, nesting);
    case LinkType::ppi:
      return read_ppi(bytes, nesting);
    case LinkType::mpls:
      return read_mpls(bytes, nesting);
    case LinkType::nflog:
      return read_nflog(bytes);
    case LinkType::raw:
    case LinkType::raw_old:
    case LinkType::raw_openbsd:
    case LinkType::ipv4:
      return bytes;
    case LinkType::ipv6:
      return ipv6_packet(bytes);
    default:
      return Reason::link_type_unknown;
  }
}

}  // namespace tracetcp::decoding
