#include "decode/checksum.hpp"

#include <array>
#include <cstdint>
#include <cstring>

namespace tracetcp::decoding {
namespace {

/// The ones' complement sum (RFC 1071) of 16-bit words in the byte order of this machine: whether
/// it is all ones does not depend on that (section 2 (B)), and four words at a time, whose carry is
/// added again (section 2 (C)), take a fraction of the time.
class Sum {
 public:
  void add(View view) {
    const Bytes bytes = view.bytes();
    const std::uint8_t* at = bytes.data();
    std::size_t left = bytes.size();
    for (; left >= 8; left -= 8) add<std::uint64_t>(at);
    if (left == 0) return;
    if ((left & 4U) != 0) add<std::uint32_t>(at);
    if ((left & 3U) == 0) return;
    if ((left & 2U) != 0) add<std::uint16_t>(at);
    if ((left & 1U) != 0) add(std::array<std::uint8_t, 2>{*at, 0});  // as if a zero followed
  }

  void add(const std::array<std::uint8_t, 2>& word) {
    const std::uint8_t* at = word.data();
    add<std::uint16_t>(at);
  }

  void add(const Sum& other) { add(other.sum_); }

  /// Of a multiple of 65535, and of that alone, the 16-bit sum is all ones; of zero it is zero.
  [[nodiscard]] bool is_all_ones() const { return sum_ % 0xffff == 0 && sum_ != 0; }

  [[nodiscard]] std::uint16_t folded() const {
    std::uint64_t sum = (sum_ & 0xffff'ffff) + (sum_ >> 32);      // 33 bits at most
    sum = (sum & 0xffff) + ((sum >> 16) & 0xffff) + (sum >> 32);  // 18
    sum = (sum & 0xffff) + (sum >> 16);                           // 17
    return static_cast<std::uint16_t>((sum & 0xffff) + (sum >> 16));
  }

 private:
  template <class Words>
  void add(const std::uint8_t*& at) {
    Words words = 0;
    std::memcpy(&words, at, sizeof words);
    at += sizeof words;
    add(std::uint64_t{words});
  }

  void add(std::uint64_t words) {
    sum_ += words;
    sum_ += sum_ < words ? 1 : 0;
  }

  std::uint64_t sum_ = 0;
};

std::uint16_t raw_u16(View view, std::size_t at) {
  std::uint16_t word = 0;
  std::memcpy(&word, view.bytes().data() + at, sizeof word);
  return word;
}

/// Whether the checksum of these bytes, in which its field is, and of what `start` has is wrong:
/// `sum` is that of both.
bool is_wrong(const Sum& sum, View bytes, std::size_t field, const Sum& start) {
  if (sum.is_all_ones()) [[likely]]
    return false;
  const std::uint16_t value = raw_u16(bytes, field);
  return value != 0 && value != start.folded();  // else it is to be filled in
}

/// An IP header's part that is in the pseudo header, too, is added once.
constexpr std::size_t addresses_at = 12;
constexpr std::size_t addresses_size = 8;

}  // namespace

bool has_wrong_checksum(View bytes, const IpPacket& packet) {
  constexpr std::size_t ip_field = 10;  // offsets of the checksums, bytes
  constexpr std::size_t tcp_field = 16;
  constexpr std::size_t icmp_field = 2;
  const std::size_t total = packet.header.total_length;
  const View payload = packet.payload;
  if (total == 0 || bytes.size() < total || payload.size() > total) return false;
  const View header = bytes.first(total - payload.size());
  Sum addresses;
  addresses.add(header.first(addresses_at + addresses_size).after(addresses_at));
  Sum of_header = addresses;
  of_header.add(header.first(addresses_at));
  of_header.add(header.after(addresses_at + addresses_size));
  if (is_wrong(of_header, header, ip_field, {})) return true;
  if (packet.more_fragments) return false;
  if (packet.header.protocol == protocol_tcp) {
    // Of addresses, protocol and length (RFC 9293, section 3.1).
    Sum pseudo_header = addresses;
    pseudo_header.add({0, protocol_tcp});
    pseudo_header.add({static_cast<std::uint8_t>(payload.size() >> 8U),
                       static_cast<std::uint8_t>(payload.size())});
    Sum sum = pseudo_header;
    sum.add(payload);
    return is_wrong(sum, payload, tcp_field, pseudo_header);
  }
  if (packet.header.protocol != protocol_icmp) return false;
  Sum sum;
  sum.add(payload);
  return is_wrong(sum, payload, icmp_field, {});
}

}  // namespace tracetcp::decoding
