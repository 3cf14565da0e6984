#include "craft/syn_template.hpp"

#include <tracetcp/error.hpp>

#include <algorithm>

namespace tracetcp {
namespace {

// Offsets in a SYN of ours: an IP header of 20 bytes, a TCP header of 20, then the options, of
// which the timestamps are the third.
constexpr std::size_t ip_id_at = 4;
constexpr std::size_t ip_checksum_at = 10;
constexpr std::size_t source_port_at = 20;
constexpr std::size_t target_port_at = 22;
constexpr std::size_t isn_at = 24;
constexpr std::size_t tcp_checksum_at = 36;
constexpr std::size_t tsval_at = 48;

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

SynTemplate::SynTemplate(Address source, Address target, Ttl ttl) {
  SynBuilder builder;
  const auto built =
      builder.build({.flow = {.source = {source, Port{}}, .target = {target, Port{}}}, .ttl = ttl});
  if (built.size() != size) throw Error("cannot make a template of a SYN: its size has changed");
  std::copy(built.begin(), built.end(), bytes_.begin());
  // What changes is zero there, so the checksum's complement is the sum of all that stays.
  ip_sum_ = static_cast<std::uint16_t>(~get16(bytes_, ip_checksum_at));
  tcp_sum_ = static_cast<std::uint16_t>(~get16(bytes_, tcp_checksum_at));
}

void SynTemplate::write(Port source, Port target, const Tag& tag,
                        std::span<std::uint8_t, size> packet) const {
  std::copy(bytes_.begin(), bytes_.end(), packet.begin());
  put16(packet, ip_id_at, tag.ip_id.value);
  put16(packet, ip_checksum_at, checksum_of(ip_sum_ + tag.ip_id.value));
  put16(packet, source_port_at, source.value);
  put16(packet, target_port_at, target.value);
  put32(packet, isn_at, tag.isn.value);
  put32(packet, tsval_at, tag.tsval.value);
  put16(packet, tcp_checksum_at,
        checksum_of(tcp_sum_ + source.value + target.value + words(tag.isn.value) +
                    words(tag.tsval.value)));
}

}  // namespace tracetcp
