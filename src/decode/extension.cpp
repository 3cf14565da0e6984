#include "decode/extension.hpp"

#include <algorithm>

namespace tracetcp::decoding {
namespace {

/// Of the extension header and of the header of each object in it (RFC 4884, sections 7 and 8).
constexpr std::size_t extension_header_size = 4;

/// Where the extension begins if there is one, in bytes of the ICMP message. The length attribute
/// counts 32-bit words of the quoted datagram, in ICMPv6 64-bit words; the datagram is filled up to
/// 128 bytes (section 4). Older routers leave the attribute zero and put the extension after 128
/// bytes too (section 5.5).
std::size_t extension_offset(Family family, View icmp_message) {
  constexpr std::size_t smallest_quote = 128;
  const std::size_t quote_size = family == Family::ipv4 ? std::size_t{icmp_message.u8(5)} * 4
                                                        : std::size_t{icmp_message.u8(4)} * 8;
  return icmp_header_size + std::max(quote_size, smallest_quote);
}

/// The ones' complement sum (RFC 1071), which is all ones over data with a right checksum in it.
std::uint16_t ones_complement_sum(View bytes) {
  std::uint32_t sum = 0;
  for (; bytes.size() >= 2; bytes = bytes.after(2)) sum += bytes.u16(0);
  if (bytes.size() == 1) sum += std::uint32_t{bytes.u8(0)} << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(sum);
}

/// An extension without a checksum is believed (RFC 4884, section 7) even where only its place
/// and version speak for it: our SYNs are shorter than 128 bytes, so nothing that they hold is
/// ever quoted there.
bool is_extension(View bytes) {
  if (bytes.size() < extension_header_size || bytes.u8(0) / 16 != 2) return false;
  const bool has_checksum = bytes.u16(2) != 0;
  return !has_checksum || ones_complement_sum(bytes) == 0xffff;
}

/// RFC 4950, section 3.
void append_labels(View stack, std::vector<MplsLabel>& labels) {
  for (; stack.size() >= 4; stack = stack.after(4)) {
    const std::uint32_t entry = stack.u32(0);
    labels.push_back({
        .label = entry >> 12,
        .traffic_class = static_cast<std::uint8_t>(entry >> 9 & 7),
        .bottom = (entry >> 8 & 1) != 0,
        .ttl = static_cast<std::uint8_t>(entry & 0xff),
    });
  }
}

}  // namespace

std::vector<MplsLabel> read_mpls_labels(Family family, View icmp_message) {
  if (icmp_message.size() < icmp_header_size) return {};
  return read_mpls_extension(icmp_message.after(extension_offset(family, icmp_message)));
}

std::vector<MplsLabel> read_mpls_extension(View extension) {
  constexpr std::uint16_t mpls_stack_object = 0x0101;  // class 1, C-Type 1
  std::vector<MplsLabel> labels;
  if (!is_extension(extension)) return labels;

  View objects = extension.after(extension_header_size);
  while (objects.size() >= extension_header_size) {
    const std::size_t length = objects.u16(0);
    if (length < extension_header_size || length > objects.size()) break;
    if (objects.u16(2) == mpls_stack_object) {
      append_labels(objects.first(length).after(extension_header_size), labels);
    }
    objects = objects.after(length);
  }
  return labels;
}

}  // namespace tracetcp::decoding
