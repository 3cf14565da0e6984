#include "craft/syn_template.hpp"

#include "craft/put_flow_label.hpp"

#include <algorithm>

namespace tracetcp {
namespace {

// Offsets in an IPv4 header and in its TCP header of 20 bytes with the options behind it, of which
// the timestamps are the third.
constexpr std::size_t ip_id_at = 4;
constexpr std::size_t ip_checksum_at = 10;
constexpr std::size_t source_port_at = 0;
constexpr std::size_t target_port_at = 2;
constexpr std::size_t isn_at = 4;
constexpr std::size_t tcp_checksum_at = 16;
constexpr std::size_t tsval_at = 28;

constexpr std::size_t size_of_header(Family family) {
  return family == Family::ipv4 ? 20 : 40;
}

void put16(std::span<std::uint8_t> bytes, std::size_t at, std::uint16_t value) {
  bytes[at] = static_cast<std::uint8_t>(value >> 8);
  bytes[at + 1] = static_cast<std::uint8_t>(value & 0xff);
}

void put32(std::span<std::uint8_t> bytes, std::size_t at, std::uint32_t value) {
  put16(bytes, at, static_cast<std::uint16_t>(value >> 16));
  put16(bytes, at + 2, static_cast<std::uint16_t>(value & 0xffff));
}

std::uint16_t get16(std::span<const std::uint8_t> bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

/// Both 16-bit words of a number.
constexpr std::uint32_t words(std::uint32_t value) {
  return (value >> 16) + (value & 0xffff);
}

/// The checksum of what adds up to that (RFC 1071).
std::uint16_t checksum_of(std::uint32_t sum) {
  sum = words(words(sum));
  return static_cast<std::uint16_t>(~sum);
}

}  // namespace

SynTemplate::SynTemplate(Address source, Address target, Ttl ttl)
    : bytes_(SynBuilder().build(
          {.flow = {.source = {source, Port{}}, .target = {target, Port{}}}, .ttl = ttl})),
      family_(target.family()),
      tcp_at_(size_of_header(family_)) {
  // What changes is zero there, so the checksum's complement is the sum of all that stays.
  if (family_ == Family::ipv4) {
    ip_sum_ = static_cast<std::uint16_t>(~get16(bytes_, ip_checksum_at));
  }
  tcp_sum_ = static_cast<std::uint16_t>(~get16(bytes_, tcp_at_ + tcp_checksum_at));
}

void SynTemplate::write(Port source, Port target, const Tag& tag, FlowLabel label,
                        std::span<std::uint8_t> packet) const {
  std::copy(bytes_.begin(), bytes_.end(), packet.begin());
  if (family_ == Family::ipv4) {
    put16(packet, ip_id_at, tag.ip_id.value);
    put16(packet, ip_checksum_at, checksum_of(ip_sum_ + tag.ip_id.value));
  } else {
    put_flow_label(packet, label);
  }
  const std::span<std::uint8_t> tcp = packet.subspan(tcp_at_);
  put16(tcp, source_port_at, source.value);
  put16(tcp, target_port_at, target.value);
  put32(tcp, isn_at, tag.isn.value);
  put32(tcp, tsval_at, tag.tsval.value);
  put16(tcp, tcp_checksum_at,
        checksum_of(tcp_sum_ + source.value + target.value + words(tag.isn.value) +
                    words(tag.tsval.value)));
}

}  // namespace tracetcp
