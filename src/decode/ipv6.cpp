#include "decode/ipv6.hpp"

namespace tracetcp::decoding {
namespace {

constexpr std::size_t ipv6_header_size = 40;  // bytes
constexpr std::uint8_t ipv6_version = 6;

// Extension headers (IANA, "IPv6 Extension Header Types").
constexpr std::uint8_t hop_by_hop_options = 0;
constexpr std::uint8_t routing_header = 43;
constexpr std::uint8_t fragment_header = 44;
constexpr std::uint8_t authentication = 51;
constexpr std::uint8_t destination_options = 60;

/// RFC 8504, section 5.3: a node need not take more than eight of one kind. No regular sender makes
/// a chain longer than this.
constexpr int most_extension_headers = 16;

/// Why a packet can't be used: a captured one, or one in a quote.
struct Faults {
  Reason truncated;
  Reason bad_header;
};

bool is_extension_header(std::uint8_t protocol) {
  return protocol == hop_by_hop_options || protocol == routing_header ||
         protocol == fragment_header || protocol == authentication ||
         protocol == destination_options;
}

/// In bytes, with its first eight: all but two have the number of further units of eight there
/// (RFC 8200, section 4); that of authentication counts units of four (RFC 4302, section 2.2).
std::size_t size_of_extension(std::uint8_t protocol, View header) {
  const std::size_t length = header.u8(1);
  if (protocol == fragment_header) return 8;
  return protocol == authentication ? (length + 2) * 4 : (length + 1) * 8;
}

/// IPv4 addresses as IPv6 has them are for programs alone (RFC 4291, section 2.5.5.2): here the
/// packet would pass for one of IPv4.
bool has_mapped_address(const IpHeader& header) {
  return header.source.family() == Family::ipv4 || header.destination.family() == Family::ipv4;
}

Address address_at(View bytes, std::size_t at) {
  return Address(bytes.after(at).bytes().first<Address::ipv6_size>());
}

/// But for the protocol.
std::optional<Reason> read_header(View bytes, IpHeader& header, const Faults& faults) {
  if (bytes.size() < 1) return faults.truncated;
  if (bytes.u8(0) / 16 != ipv6_version) return faults.bad_header;
  if (bytes.size() < ipv6_header_size) return faults.truncated;
  const std::uint32_t first = bytes.u32(0);
  const std::uint16_t payload_length = bytes.u16(4);
  header.tos = static_cast<std::uint8_t>(first >> 20U & 0xffU);
  header.flow_label = {first & 0xfffffU};
  header.total_length = payload_length == 0 ? 0 : payload_length + std::uint32_t{ipv6_header_size};
  header.ttl = {bytes.u8(7)};
  header.source = address_at(bytes, 8);
  header.destination = address_at(bytes, 24);
  if (has_mapped_address(header)) return Reason::mapped_address;
  return std::nullopt;
}

/// Passes over the extension headers that packet.payload begins with; `next` is the protocol of the
/// first.
std::optional<Reason> read_extensions(std::uint8_t next, IpPacket& packet, const Faults& faults) {
  constexpr std::uint16_t offset_bits = 0xfff8;  // of a fragment header (RFC 8200, section 4.5)
  constexpr std::uint16_t more_bit = 0x0001;
  for (int count = 0; is_extension_header(next); ++count) {
    if (count == most_extension_headers) return Reason::extension_headers;
    const View header = packet.payload;
    if (header.size() < 8) return faults.truncated;
    const std::size_t size = size_of_extension(next, header);
    if (header.size() < size) return faults.truncated;
    if (next == fragment_header) {
      if ((header.u16(2) & offset_bits) != 0) return Reason::ip_fragment;
      packet.more_fragments = (header.u16(2) & more_bit) != 0;
    }
    // Segments left: the destination is another one, as the pseudo header has it.
    if (next == routing_header && header.u8(3) != 0) packet.goes_on = true;
    next = header.u8(0);
    packet.payload = header.after(size);
  }
  packet.header.protocol = next;
  return std::nullopt;
}

}  // namespace

std::optional<Reason> read_ipv6(View bytes, IpPacket& packet) {
  constexpr Faults faults{.truncated = Reason::ip_truncated, .bad_header = Reason::ip_bad_header};
  if (const auto fault = read_header(bytes, packet.header, faults)) return fault;
  const std::size_t total = packet.header.total_length;
  packet.payload = bytes.first(total != 0 ? total : bytes.size()).after(ipv6_header_size);
  const bool is_whole = bytes.size() >= total;
  const auto fault = read_extensions(bytes.u8(6), packet, faults);
  // All that the header announces is there, and ends within an extension header.
  if (fault == faults.truncated && is_whole) return faults.bad_header;
  return fault;
}

std::optional<Reason> read_quoted_ipv6(View bytes, IpPacket& packet) {
  constexpr Faults faults{.truncated = Reason::quote_truncated,
                          .bad_header = Reason::quote_bad_header};
  if (const auto fault = read_header(bytes, packet.header, faults)) return fault;
  packet.payload = bytes.after(ipv6_header_size);
  return read_extensions(bytes.u8(6), packet, faults);
}

}  // namespace tracetcp::decoding
