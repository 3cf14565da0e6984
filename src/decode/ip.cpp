#include "decode/ip.hpp"

#include "decode/ipv6.hpp"

#include <optional>

namespace tracetcp::decoding {
namespace {

constexpr std::size_t smallest_header = 20;  // bytes
using IpHead = Head<smallest_header>;

/// IPv4, and no options.
constexpr std::uint8_t usual_first_byte = 0x45;

constexpr std::uint16_t dont_fragment_bit = 0x4000;
constexpr std::uint16_t more_fragments_bit = 0x2000;
constexpr std::uint16_t fragment_offset_bits = 0x1fff;

/// In bytes, with the options.
std::size_t ip_header_size(View packet) {
  return std::size_t{packet.u8(0)} % 16 * 4;
}

/// Whether the header is there and has no options, as nearly all have none.
bool is_usual(const std::optional<IpHead>& head) {
  return head && head->u8<0>() == usual_first_byte;
}

/// Why there is no usable IPv4 header, if so.
std::optional<Reason> fault_of_header(View packet, Reason truncated, Reason bad_header) {
  if (packet.size() < 1) return truncated;
  if (packet.u8(0) / 16 != 4 || ip_header_size(packet) < smallest_header) return bad_header;
  if (packet.size() < ip_header_size(packet)) return truncated;
  return std::nullopt;
}

std::uint16_t flags_and_offset(const IpHead& packet) {
  return packet.u16<6>();
}

inline void read_header(IpHead packet, IpHeader& header) {
  header.source = Address(packet.u32<12>());
  header.destination = Address(packet.u32<16>());
  header.ttl = {packet.u8<8>()};
  header.id = {packet.u16<4>()};
  header.tos = packet.u8<1>();
  header.dont_fragment = (flags_and_offset(packet) & dont_fragment_bit) != 0;
  header.total_length = packet.u16<2>();
  header.protocol = packet.u8<9>();
}

bool is_later_fragment(const IpHead& packet) {
  return (flags_and_offset(packet) & fragment_offset_bits) != 0;
}

Parsed<IpPacket> parsed(View bytes, std::optional<Reason> (*read)(View, IpPacket&)) {
  Parsed<IpPacket> packet(std::in_place);
  const auto fault = read(bytes, *packet);
  if (fault) return *fault;
  return packet;
}

}  // namespace

std::optional<Reason> read_ip(View bytes, IpPacket& packet) {
  const auto head = bytes.head<smallest_header>();
  std::size_t header_size = smallest_header;
  if (!is_usual(head)) [[unlikely]] {
    if (bytes.size() >= 1 && bytes.u8(0) / 16 == 6) return read_ipv6(bytes, packet);
    const auto fault = fault_of_header(bytes, Reason::ip_truncated, Reason::ip_bad_header);
    if (fault) return fault;
    header_size = ip_header_size(bytes);
  }
  read_header(*head, packet.header);
  // Zero: the packet was captured before the network card cut it into segments (TSO).
  const std::size_t total = packet.header.total_length;
  const std::size_t length = total != 0 ? total : bytes.size();
  if (length < header_size) return Reason::ip_bad_header;
  if (is_later_fragment(*head)) return Reason::ip_fragment;
  packet.more_fragments = (flags_and_offset(*head) & more_fragments_bit) != 0;
  packet.payload = bytes.first(length).after(header_size);
  return std::nullopt;
}

Parsed<IpPacket> read_ip(View bytes) {
  return parsed(bytes, read_ip);
}

std::optional<Reason> read_quoted_ip(View bytes, IpPacket& packet) {
  const auto head = bytes.head<smallest_header>();
  std::size_t header_size = smallest_header;
  if (!is_usual(head)) [[unlikely]] {
    const auto fault = fault_of_header(bytes, Reason::quote_truncated, Reason::quote_bad_header);
    if (fault) return fault;
    header_size = ip_header_size(bytes);
  }
  read_header(*head, packet.header);
  // Some stacks quote this field in their own byte order: that is how DF looks then.
  constexpr std::uint16_t swapped_dont_fragment_bit = 0x0040;
  if (flags_and_offset(*head) == swapped_dont_fragment_bit) {
    packet.header.dont_fragment = true;
  } else if (is_later_fragment(*head)) {
    return Reason::ip_fragment;
  }
  packet.payload = bytes.after(header_size);
  return std::nullopt;
}

Parsed<IpPacket> read_quoted_ip(View bytes) {
  return parsed(bytes, read_quoted_ip);
}

}  // namespace tracetcp::decoding
