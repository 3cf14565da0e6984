#include "decode/wifi.hpp"

#include "decode/link_layer.hpp"

namespace tracetcp::decoding {
namespace {

/// 802.11 and radiotap are little-endian.
std::uint16_t little_u16(View bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes.u8(at) | bytes.u8(at + 1) << 8);
}
std::uint32_t little_u32(View bytes, std::size_t at) {
  return std::uint32_t{little_u16(bytes, at + 2)} << 16 | little_u16(bytes, at);
}

/// The first of several frames in one (IEEE 802.11, section 9.3.2.2.2).
View first_of_aggregate(View payload) {
  constexpr std::size_t subframe_header_size = 14;  // two addresses and a length
  return payload.after(subframe_header_size);
}

/// Whether the flags of a radiotap header say that the 802.11 header is filled up.
bool says_padded(View header) {
  constexpr std::uint32_t has_tsft = 1;
  constexpr std::uint32_t has_flags = 2;
  constexpr std::uint32_t has_more_words = std::uint32_t{1} << 31;
  constexpr std::uint8_t data_pad = 0x20;
  std::size_t at = 8;
  if (header.size() < at) return false;
  const std::uint32_t present = little_u32(header, 4);
  for (std::uint32_t word = present; (word & has_more_words) != 0; at += 4) {
    if (header.size() < at + 4) return false;
    word = little_u32(header, at);
  }
  if ((present & has_flags) == 0) return false;
  if ((present & has_tsft) != 0) at = (at + 7) / 8 * 8 + 8;
  return header.size() > at && (header.u8(at) & data_pad) != 0;
}

}  // namespace

Parsed<View> read_llc(View payload, Nesting& nesting) {
  constexpr std::size_t size = 8;
  if (payload.size() >= 3 && (payload.u16(0) != 0xaaaa || payload.u8(2) != 3)) {
    return Reason::not_ip;
  }
  if (payload.size() < size) return Reason::link_truncated;
  return read_ether_payload(payload.u16(6), payload.after(size), nesting);
}

Parsed<View> read_wifi(View frame, bool is_padded, Nesting& nesting) {
  constexpr std::uint8_t type_bits = 0x0c;
  constexpr std::uint8_t type_data = 0x08;
  constexpr std::uint8_t has_no_data = 0x40;
  constexpr std::uint8_t is_qos = 0x80;
  constexpr std::uint8_t to_and_from_distribution = 0x03;
  constexpr std::uint8_t is_encrypted = 0x40;
  constexpr std::uint8_t has_ht_control = 0x80;
  constexpr std::uint8_t is_aggregate = 0x80;

  std::size_t size = 24;
  if (frame.size() < size) return Reason::link_truncated;
  const std::uint8_t control = frame.u8(0);
  const std::uint8_t flags = frame.u8(1);
  if ((control & type_bits) != type_data || (control & has_no_data) != 0) return Reason::not_ip;
  if ((flags & is_encrypted) != 0) return Reason::not_ip;
  if ((flags & to_and_from_distribution) == to_and_from_distribution) size += 6;
  bool has_several = false;
  if ((control & is_qos) != 0) {
    if (frame.size() < size + 2) return Reason::link_truncated;
    has_several = (frame.u8(size) & is_aggregate) != 0;
    size += 2;
    if ((flags & has_ht_control) != 0) size += 4;
  }
  if (is_padded) size = (size + 3) / 4 * 4;
  const View payload = frame.after(size);
  return read_llc(has_several ? first_of_aggregate(payload) : payload, nesting);
}

Parsed<View> read_radiotap(View frame, Nesting& nesting) {
  constexpr std::size_t smallest = 8;
  if (frame.size() < smallest) return Reason::link_truncated;
  const std::size_t length = little_u16(frame, 2);
  if (length < smallest || frame.size() < length) return Reason::link_truncated;
  return read_wifi(frame.after(length), says_padded(frame.first(length)), nesting);
}

}  // namespace tracetcp::decoding
