#include "decode/checksum.hpp"

#include <array>
#include <cstdint>
#include <cstring>

namespace tracetcp::decoding {
namespace {

/// The ones' complement sum (RFC 1071) of 16-bit words in the byte order of this machine: whether
/// it is all ones does not depend on that, and several words at a time take a fraction of the time.
std::uint64_t add_words(View view, std::uint64_t sum) {
  const Bytes bytes = view.bytes();
  std::size_t at = 0;
  for (; at + 4 <= bytes.size(); at += 4) {
    std::uint32_t word = 0;
    std::memcpy(&word, bytes.data() + at, sizeof word);
    sum += word;
  }
  std::uint32_t rest = 0;  // as if zeros followed
  if (at < bytes.size()) std::memcpy(&rest, bytes.data() + at, bytes.size() - at);
  return sum + rest;
}

std::uint16_t folded(std::uint64_t sum) {
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(sum);
}

std::uint16_t raw_u16(View view, std::size_t at) {
  std::uint16_t word = 0;
  std::memcpy(&word, view.bytes().data() + at, sizeof word);
  return word;
}

constexpr std::uint16_t all_ones = 0xffff;

bool is_wrong(View bytes, std::size_t field, std::uint64_t start) {
  const std::uint16_t value = raw_u16(bytes, field);
  if (value == 0 || value == folded(start)) return false;  // to be filled in
  return folded(add_words(bytes, start)) != all_ones;
}

/// Of addresses, protocol and length (RFC 9293, section 3.1).
std::uint64_t sum_of_pseudo_header(View ip_header, std::size_t length) {
  const std::array<std::uint8_t, 4> protocol_and_length = {
      0, protocol_tcp, static_cast<std::uint8_t>(length >> 8U), static_cast<std::uint8_t>(length)};
  return add_words(ip_header.first(20).after(12), add_words(View(protocol_and_length), 0));
}

}  // namespace

bool has_wrong_checksum(View bytes, const IpPacket& packet) {
  constexpr std::size_t ip_field = 10;  // offsets of the checksums, bytes
  constexpr std::size_t tcp_field = 16;
  constexpr std::size_t icmp_field = 2;
  const std::size_t total = packet.header.total_length;
  const View payload = packet.payload;
  if (total == 0 || bytes.size() < total || payload.size() > total) return false;
  const View header = bytes.first(total - payload.size());
  if (is_wrong(header, ip_field, 0)) return true;
  if (packet.more_fragments) return false;
  if (packet.header.protocol == protocol_tcp) {
    return is_wrong(payload, tcp_field, sum_of_pseudo_header(header, payload.size()));
  }
  return packet.header.protocol == protocol_icmp && is_wrong(payload, icmp_field, 0);
}

}  // namespace tracetcp::decoding
