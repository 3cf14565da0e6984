#include "link/sim/packet.hpp"

#include <algorithm>

namespace tracetcp::sim {

namespace {

constexpr std::size_t tcp_checksum = 16;

std::uint16_t fold(std::uint32_t sum) {
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(sum);
}

std::uint16_t load16(Bytes bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

}  // namespace

std::uint16_t ones_sum(Bytes bytes, std::uint32_t start) {
  std::uint32_t sum = start;
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) sum += load16(bytes, i);
  if (bytes.size() % 2 != 0) sum += static_cast<std::uint32_t>(bytes.back() << 8);
  return fold(sum);
}

Flow PacketReader::flow() const {
  return {{source(), {source_port()}}, {target(), {target_port()}}};
}

std::uint16_t PacketReader::get16(std::size_t at) const {
  return load16(bytes_, at);
}

std::uint32_t PacketReader::get32(std::size_t at) const {
  return std::uint32_t{get16(at)} << 16 | get16(at + 2);
}

void PacketEditor::put16(std::size_t at, std::uint16_t value) {
  writable_[at] = static_cast<std::uint8_t>(value >> 8);
  writable_[at + 1] = static_cast<std::uint8_t>(value);
}

// RFC 1624, equation 3.
void PacketEditor::update_checksum(std::size_t at, std::uint16_t before, std::uint16_t after) {
  if (at + 2 > writable_.size()) return;  // a quote may end before its TCP checksum
  const std::uint32_t sum = (~std::uint32_t{get16(at)} & 0xffffU) +
                            (~std::uint32_t{before} & 0xffffU) + std::uint32_t{after};
  put16(at, static_cast<std::uint16_t>(~fold(sum)));
}

void PacketEditor::set_ip16(std::size_t at, std::uint16_t value) {
  update_checksum(10, get16(at), value);
  put16(at, value);
}

// Addresses are part of the pseudo-header too (RFC 9293, section 3.1).
void PacketEditor::set_address(std::size_t at, Address address) {
  for (const std::size_t half : {std::size_t{0}, std::size_t{2}}) {
    const auto value = static_cast<std::uint16_t>(address.ipv4() >> (half == 0 ? 16 : 0));
    if (protocol() == tcp) update_checksum(ip_length() + tcp_checksum, get16(at + half), value);
    set_ip16(at + half, value);
  }
}

void PacketEditor::set_ttl(std::uint8_t ttl) {
  set_ip16(8, static_cast<std::uint16_t>(ttl << 8 | protocol()));
}

void PacketEditor::set_tos(std::uint8_t tos) {
  set_ip16(0, static_cast<std::uint16_t>((get16(0) & 0xff00) | tos));
}

void PacketEditor::set_dont_fragment(bool on) {
  const std::uint16_t word = get16(6);
  set_ip16(6, static_cast<std::uint16_t>(on ? word | 0x4000U : word & ~0x4000U));
}

void PacketEditor::set_tcp16(std::size_t at, std::uint16_t value) {
  const std::size_t where = ip_length() + at;
  update_checksum(ip_length() + tcp_checksum, get16(where), value);
  put16(where, value);
}

void PacketEditor::set_tcp32(std::size_t at, std::uint32_t value) {
  set_tcp16(at, static_cast<std::uint16_t>(value >> 16));
  set_tcp16(at + 2, static_cast<std::uint16_t>(value));
}

void PacketEditor::set_tcp8(std::size_t at, std::uint8_t value) {
  const std::size_t even = at & ~std::size_t{1};
  const std::uint16_t word = get16(ip_length() + even);
  const auto changed =
      at == even ? (word & 0x00ffU) | (std::uint32_t{value} << 8) : (word & 0xff00U) | value;
  set_tcp16(even, static_cast<std::uint16_t>(changed));
}

bool PacketReader::tcp_checksum_right() const {
  const Bytes segment = bytes_.subspan(ip_length());
  const std::uint32_t pseudo = std::uint32_t{ones_sum(bytes_.subspan(12, 8))} + protocol() +
                               static_cast<std::uint32_t>(segment.size());
  return ones_sum(segment, pseudo) == 0xffff;
}

std::size_t PacketReader::find_option(TcpOption kind) const {
  const std::size_t header = (bytes_[ip_length() + 12] & std::size_t{0xf0}) / 4;
  const Bytes tcp_header = bytes_.subspan(ip_length(), header);
  std::size_t at = 20;
  while (at < header && tcp_header[at] != static_cast<std::uint8_t>(TcpOption::end)) {
    if (tcp_header[at] == static_cast<std::uint8_t>(TcpOption::nop)) {
      ++at;
      continue;
    }
    if (at + 1 >= header || tcp_header[at + 1] < 2 || at + tcp_header[at + 1] > header) return 0;
    if (tcp_header[at] == static_cast<std::uint8_t>(kind)) return at;
    at += tcp_header[at + 1];
  }
  return 0;
}

std::optional<Bytes> PacketReader::option(TcpOption kind) const {
  const std::size_t at = find_option(kind);
  if (at == 0) return std::nullopt;
  const std::size_t where = ip_length() + at;
  return bytes_.subspan(where + 2, bytes_[where + 1] - std::size_t{2});
}

void PacketEditor::set_mss(std::uint16_t mss) {
  const std::size_t at = find_option(TcpOption::mss);
  if (at == 0 || writable_[ip_length() + at + 1] != 4) return;
  set_tcp8(at + 2, static_cast<std::uint8_t>(mss >> 8));
  set_tcp8(at + 3, static_cast<std::uint8_t>(mss));
}

void PacketEditor::blank_option(TcpOption kind) {
  const std::size_t at = find_option(kind);
  if (at == 0) return;
  const std::size_t length = writable_[ip_length() + at + 1];
  for (std::size_t i = at; i < at + length; ++i) {
    set_tcp8(i, static_cast<std::uint8_t>(TcpOption::nop));
  }
}

std::optional<Packet> Packet::read_tcp(Bytes bytes) {
  if (bytes.size() < 40 || bytes[0] >> 4 != 4 || bytes[9] != PacketReader::tcp) return std::nullopt;
  const std::size_t ip = (bytes[0] & std::size_t{0x0f}) * 4;
  if (ip < 20 || load16(bytes, 2) != bytes.size() || bytes.size() < ip + 20) return std::nullopt;
  const std::size_t tcp_length = (bytes[ip + 12] & std::size_t{0xf0}) / 4;
  if (tcp_length < 20 || ip + tcp_length > bytes.size()) return std::nullopt;
  if (ones_sum(bytes.first(ip)) != 0xffff) return std::nullopt;
  return Packet(std::vector<std::uint8_t>(bytes.begin(), bytes.end()));
}

std::optional<PacketEditor> Packet::edit_quote() {
  if (read().protocol() != PacketReader::icmp) return std::nullopt;
  return PacketEditor(std::span(bytes_).subspan(read().ip_length() + 8));
}

void Packet::fix_icmp_checksum() {
  const auto message = std::span(bytes_).subspan(read().ip_length());
  message[2] = message[3] = 0;
  const auto sum = static_cast<std::uint16_t>(~ones_sum(message));
  message[2] = static_cast<std::uint8_t>(sum >> 8);
  message[3] = static_cast<std::uint8_t>(sum);
}

}  // namespace tracetcp::sim
