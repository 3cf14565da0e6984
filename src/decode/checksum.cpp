#include "decode/checksum.hpp"

#include <array>
#include <cstdint>
#include <cstring>

namespace tracetcp::decoding {
namespace {

// Ones' complement sums (RFC 1071) of 16-bit words in the byte order of this machine: whether one
// is all ones does not depend on that (section 2 (B)). Two words are added at a time, in a number
// that has room for the carries of any packet.
using Sum = std::uint64_t;

Sum words_at(const std::uint8_t* at) {
  std::uint32_t words = 0;
  std::memcpy(&words, at, sizeof words);
  return words;
}

/// Of the last bytes, three at most, as if zeros followed.
Sum sum_of_end(const std::uint8_t* at, std::size_t size) {
  std::array<std::uint8_t, 4> bytes{};
  std::memcpy(bytes.data(), at, size);
  return words_at(bytes.data());
}

/// `sum` and those bytes.
Sum sum_of(const std::uint8_t* at, std::size_t size, Sum sum) {
  for (; size >= 16; size -= 16, at += 16) {
    sum += words_at(at) + words_at(at + 4) + words_at(at + 8) + words_at(at + 12);
  }
  if ((size & 8U) != 0) {
    sum += words_at(at) + words_at(at + 4);
    at += 8;
  }
  if ((size & 4U) != 0) {
    sum += words_at(at);
    at += 4;
  }
  return (size & 3U) == 0 ? sum : sum + sum_of_end(at, size & 3U);
}

/// Of a multiple of 65535, and of that alone, the 16-bit sum is all ones; of zero it is zero.
bool is_all_ones(Sum sum) {
  return sum % 0xffff == 0 && sum != 0;
}

/// The 16-bit sum.
std::uint16_t folded(Sum sum) {
  sum = (sum & 0xffff'ffff) + (sum >> 32);                      // 33 bits at most
  sum = (sum & 0xffff) + ((sum >> 16) & 0xffff) + (sum >> 32);  // 18
  sum = (sum & 0xffff) + (sum >> 16);                           // 17
  return static_cast<std::uint16_t>((sum & 0xffff) + (sum >> 16));
}

std::uint16_t raw_u16(View view, std::size_t at) {
  std::uint16_t word = 0;
  std::memcpy(&word, view.bytes().data() + at, sizeof word);
  return word;
}

/// Of one that is not right: whether it is neither to be filled in.
[[gnu::noinline]] bool is_filled_in(View bytes, std::size_t field, Sum start) {
  const std::uint16_t value = raw_u16(bytes, field);
  return value != 0 && value != folded(start);
}

/// Whether the checksum of these bytes, in which its field is, and of what `start` has is wrong:
/// `sum` is that of both.
bool is_wrong(Sum sum, View bytes, std::size_t field, Sum start) {
  if (is_all_ones(sum)) [[likely]]
    return false;
  return is_filled_in(bytes, field, start);
}

/// Where they are in an IP header, and in the pseudo header of TCP.
constexpr std::size_t addresses_at = 12;

Sum sum_of_addresses(const std::uint8_t* header) {
  return words_at(header + addresses_at) + words_at(header + addresses_at + 4);
}

/// The protocol and the length in the pseudo header (RFC 9293, section 3.1).
Sum sum_of_protocol_and_length(std::size_t length) {
  const std::array<std::uint8_t, 4> words{0, protocol_tcp, static_cast<std::uint8_t>(length >> 8U),
                                          static_cast<std::uint8_t>(length)};
  return words_at(words.data());
}

// Offsets of the checksums, bytes.
constexpr std::size_t ip_field = 10;
constexpr std::size_t tcp_field = 16;
constexpr std::size_t icmp_field = 2;

/// The pseudo header (RFC 8200, section 8.1), in which the length takes 32 bits.
Sum sum_of_ipv6_pseudo_header(View header, std::uint8_t protocol, std::size_t length) {
  constexpr std::size_t ipv6_addresses_at = 8;
  constexpr std::size_t both_addresses = 32;
  const std::array<std::uint8_t, 8> words{0,
                                          static_cast<std::uint8_t>(length >> 16U),
                                          static_cast<std::uint8_t>(length >> 8U),
                                          static_cast<std::uint8_t>(length),
                                          0,
                                          0,
                                          0,
                                          protocol};
  return sum_of(header.bytes().data() + ipv6_addresses_at, both_addresses,
                sum_of(words.data(), words.size(), 0));
}

/// The header itself has none.
[[gnu::noinline]] bool has_wrong_checksum_in_ipv6(View bytes, const IpPacket& packet) {
  const View payload = packet.payload;
  const std::size_t total = packet.header.total_length;
  if (total == 0 || bytes.size() < total || packet.more_fragments || packet.goes_on) return false;
  const std::uint8_t protocol = packet.header.protocol;
  const std::size_t field = protocol == protocol_tcp ? tcp_field : icmp_field;
  const Sum start = sum_of_ipv6_pseudo_header(bytes, protocol, payload.size());
  return is_wrong(sum_of(payload.bytes().data(), payload.size(), start), payload, field, start);
}

/// Of whatever packet.
[[gnu::noinline]] bool is_one_wrong(View bytes, const IpPacket& packet) {
  if (packet.header.family() == Family::ipv6) return has_wrong_checksum_in_ipv6(bytes, packet);
  const std::size_t total = packet.header.total_length;
  const View payload = packet.payload;
  if (total == 0 || bytes.size() < total || payload.size() > total) return false;
  const View header = bytes.first(total - payload.size());
  const Sum sum_of_header = sum_of(header.bytes().data(), header.size(), 0);
  if (is_wrong(sum_of_header, header, ip_field, 0)) return true;
  if (packet.more_fragments) return false;
  Sum start = 0;
  std::size_t field = icmp_field;
  if (packet.header.protocol == protocol_tcp) {
    start = sum_of_addresses(header.bytes().data()) + sum_of_protocol_and_length(payload.size());
    field = tcp_field;
  } else if (packet.header.protocol != protocol_icmp) {
    return false;
  }
  const Sum sum = sum_of(payload.bytes().data(), payload.size(), start);
  return is_wrong(sum, payload, field, start);
}

#ifdef __SIZEOF_INT128__
/// For four words at a time: the upper half takes the carries.
__extension__ using WideSum = unsigned __int128;

WideSum four_words_at(const std::uint8_t* at) {
  std::uint64_t words = 0;
  std::memcpy(&words, at, sizeof words);
  return words;
}

bool is_all_ones(WideSum sum) {
  const auto lower = static_cast<std::uint64_t>(sum);
  const Sum carries = static_cast<std::uint64_t>(sum >> 64);  // added again (section 2 (C))
  const Sum all = lower + carries;
  return is_all_ones(all + (all < carries ? 1 : 0));
}
#else  // processors of 32 bits
using WideSum = Sum;

WideSum four_words_at(const std::uint8_t* at) {
  return words_at(at) + words_at(at + 4);
}
#endif

/// Whether both checksums of a packet as nearly all are are right: IPv4 without options, all of it
/// captured, and its length a multiple of four bytes. False: it is another one, or at least one is
/// not, for which see is_one_wrong(). It calls nothing: that takes half of the time.
bool are_checksums_right(View bytes, const IpPacket& packet) {
  constexpr std::size_t header_size = 20;  // bytes
  constexpr std::uint8_t usual_first_byte = 0x45;
  const std::uint8_t* at = bytes.bytes().data();
  std::size_t size = packet.payload.size();
  const bool is_whole = size + header_size == packet.header.total_length &&
                        packet.payload.bytes().data() == at + header_size;
  if (!is_whole || size % 4 != 0 || at[0] != usual_first_byte || packet.more_fragments)
    return false;
  const bool is_tcp = packet.header.protocol == protocol_tcp;
  if (!is_tcp && packet.header.protocol != protocol_icmp) return false;
  const WideSum addresses = four_words_at(at + addresses_at);
  if (!is_all_ones(four_words_at(at) + words_at(at + 8) + addresses)) return false;
  WideSum sum = is_tcp ? addresses + sum_of_protocol_and_length(size) : 0;
  at += header_size;
  for (; size >= 16; size -= 16, at += 16) sum += four_words_at(at) + four_words_at(at + 8);
  if (size >= 8) sum += four_words_at(at);
  if (size % 8 != 0) sum += words_at(at + size - 4);
  return is_all_ones(sum);
}

}  // namespace

bool has_wrong_checksum(View bytes, const IpPacket& packet) {
  return !are_checksums_right(bytes, packet) && is_one_wrong(bytes, packet);
}

}  // namespace tracetcp::decoding
