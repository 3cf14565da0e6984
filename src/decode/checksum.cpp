#include "decode/checksum.hpp"

#include <array>
#include <cstdint>
#include <cstring>

namespace tracetcp::decoding {
namespace {

// Ones' complement sums (RFC 1071) of 16-bit words in the byte order of this machine: whether one
// is all ones does not depend on that (section 2 (B)), and four words at a time, whose carry is
// added again (section 2 (C)), take a fraction of the time. They are plain numbers, which stay in
// registers.
using Sum = std::uint64_t;

Sum plus(Sum one, Sum other) {
  const Sum sum = one + other;
  return sum + (sum < other ? 1 : 0);
}

template <class Words>
Sum words_at(const std::uint8_t* at) {
  Words words = 0;
  std::memcpy(&words, at, sizeof words);
  return words;
}

/// Of the last bytes, seven at most.
Sum sum_of_end(const std::uint8_t* at, std::size_t size) {
  std::array<std::uint8_t, 8> bytes{};  // as if zeros followed
  std::memcpy(bytes.data(), at, size);
  return words_at<std::uint64_t>(bytes.data());
}

/// Adds words one after the other. Their carries are counted apart and added at the end: so an
/// addition and an addition with carry are all that a word takes.
class Adder {
 public:
  explicit Adder(Sum start) : sum_(start) {}

  void add(Sum words) {
    sum_ += words;
    carries_ += sum_ < words ? 1 : 0;
  }
  [[nodiscard]] Sum sum() const { return plus(sum_, carries_); }

 private:
  Sum sum_;
  Sum carries_ = 0;
};

/// `start` and those bytes.
inline Sum sum_of(const std::uint8_t* at, std::size_t size, Sum start) {
  Adder sum(start);
  for (; size >= 32; size -= 32, at += 32) {
    sum.add(words_at<std::uint64_t>(at));
    sum.add(words_at<std::uint64_t>(at + 8));
    sum.add(words_at<std::uint64_t>(at + 16));
    sum.add(words_at<std::uint64_t>(at + 24));
  }
  for (; size >= 8; size -= 8, at += 8) sum.add(words_at<std::uint64_t>(at));
  if (size == 4) {
    sum.add(words_at<std::uint32_t>(at));
  } else if (size != 0) {
    sum.add(sum_of_end(at, size));
  }
  return sum.sum();
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

/// Of an IP header; `addresses` is that of its addresses.
Sum sum_of_header(View header, Sum addresses) {
  constexpr std::size_t smallest = 20;  // bytes
  const std::uint8_t* const at = header.bytes().data();
  Adder sum(words_at<std::uint32_t>(at + 8));
  sum.add(words_at<std::uint64_t>(at));
  sum.add(addresses);
  if (header.size() == smallest) [[likely]]
    return sum.sum();
  return sum_of(at + smallest, header.size() - smallest, sum.sum());
}

/// The protocol and the length in the pseudo header (RFC 9293, section 3.1).
Sum sum_of_protocol_and_length(std::size_t length) {
  const std::array<std::uint8_t, 4> words{0, protocol_tcp, static_cast<std::uint8_t>(length >> 8U),
                                          static_cast<std::uint8_t>(length)};
  return words_at<std::uint32_t>(words.data());
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
                words_at<std::uint64_t>(words.data()));
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

}  // namespace

bool has_wrong_checksum(View bytes, const IpPacket& packet) {
  if (packet.header.family() == Family::ipv6) return has_wrong_checksum_in_ipv6(bytes, packet);
  const std::size_t total = packet.header.total_length;
  const View payload = packet.payload;
  if (total == 0 || bytes.size() < total || payload.size() > total) return false;
  const View header = bytes.first(total - payload.size());
  const Sum addresses = words_at<std::uint64_t>(header.bytes().data() + addresses_at);
  if (is_wrong(sum_of_header(header, addresses), header, ip_field, 0)) return true;
  if (packet.more_fragments) return false;
  Sum start = 0;
  std::size_t field = icmp_field;
  if (packet.header.protocol == protocol_tcp) {
    start = plus(addresses, sum_of_protocol_and_length(payload.size()));
    field = tcp_field;
  } else if (packet.header.protocol != protocol_icmp) {
    return false;
  }
  const Sum sum = sum_of(payload.bytes().data(), payload.size(), start);
  return is_wrong(sum, payload, field, start);
}

}  // namespace tracetcp::decoding
