#include "link/sim/packet.hpp"

#include <algorithm>

namespace tracetcp::sim {

namespace {

constexpr std::size_t tcp_checksum = 16;
constexpr std::size_t icmp_checksum = 2;
constexpr std::size_t ipv6_header = 40;  // bytes

std::uint16_t fold(std::uint32_t sum) {
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(sum);
}

std::uint16_t load16(Bytes bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

/// The headers of IP that a packet begins with.
struct IpHeaders {
  std::size_t length = 0;           ///< bytes, of all of them
  std::uint8_t protocol = 0;        ///< of what follows
  bool is_whole = false;            ///< they end within the packet, and it is its first fragment
  std::size_t last_next = 0;        ///< where the protocol stands
  std::vector<std::uint8_t> kinds;  ///< of the extension headers
};

bool is_extension(std::uint8_t kind) {
  switch (Extension{kind}) {
    case Extension::hop_by_hop:
    case Extension::routing:
    case Extension::fragment:
    case Extension::destination:
      return true;
  }
  return false;
}

/// RFC 8200, section 4: all but the fragment header say how many units of eight bytes follow their
/// first.
IpHeaders walk_ipv6(Bytes bytes) {
  IpHeaders headers;
  headers.length = ipv6_header;
  headers.last_next = 6;
  headers.protocol = bytes[6];
  while (is_extension(headers.protocol)) {
    const std::size_t at = headers.length;
    if (at + 8 > bytes.size()) return headers;
    const bool is_fragment = Extension{headers.protocol} == Extension::fragment;
    if (is_fragment && (load16(bytes, at + 2) & 0xfff8U) != 0) return headers;
    headers.kinds.push_back(headers.protocol);
    headers.last_next = at;
    headers.protocol = bytes[at];
    headers.length += is_fragment ? 8 : 8 * (std::size_t{bytes[at + 1]} + 1);
  }
  headers.is_whole = headers.length <= bytes.size();
  return headers;
}

IpHeaders headers_of(Bytes bytes) {
  if (bytes.empty()) return {};
  if (bytes[0] >> 4 == 6) return walk_ipv6(bytes);
  IpHeaders headers;
  headers.length = (bytes[0] & std::size_t{0x0f}) * 4;
  headers.protocol = bytes[9];
  headers.is_whole = headers.length >= 20 && headers.length <= bytes.size();
  return headers;
}

/// Of the addresses, protocol and length (RFC 9293, section 3.1; RFC 8200, section 8.1).
std::uint32_t pseudo_header_sum(const PacketReader& packet) {
  const bool is_ipv6 = packet.family() == Family::ipv6;
  const Bytes addresses = is_ipv6 ? packet.bytes().subspan(8, 32) : packet.bytes().subspan(12, 8);
  return std::uint32_t{ones_sum(addresses)} + packet.protocol() +
         static_cast<std::uint32_t>(packet.bytes().size() - packet.ip_length());
}

/// The header as it is inserted, but for the protocol of the next.
std::vector<std::uint8_t> extension_header(Extension kind) {
  switch (kind) {
    case Extension::hop_by_hop:
    case Extension::destination:
      return {0, 0, 1, 4, 0, 0, 0, 0};  // PadN alone (RFC 8200, section 4.2)
    case Extension::routing:
      return {0, 0, 253, 0, 0, 0, 0, 0};  // for experiments (RFC 3692); no segments are left
    case Extension::fragment:
      return {0, 0, 0, 0, 0xca, 0xfe, 0xf0, 0x0d};  // the first and last one (RFC 6946)
  }
  return {};
}

}  // namespace

std::uint16_t ones_sum(Bytes bytes, std::uint32_t start) {
  std::uint32_t sum = start;
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) sum += load16(bytes, i);
  if (bytes.size() % 2 != 0) sum += static_cast<std::uint32_t>(bytes.back() << 8);
  return fold(sum);
}

PacketReader::PacketReader(Bytes bytes) : bytes_(bytes) {
  const IpHeaders headers = headers_of(bytes);
  ip_length_ = headers.length;
  protocol_ = headers.protocol;
}

std::uint8_t PacketReader::tos() const {
  return is_ipv6() ? static_cast<std::uint8_t>(get16(0) >> 4U) : bytes_[1];
}

Address PacketReader::address_at(std::size_t at) const {
  if (!is_ipv6()) return Address(get32(at));
  return Address(bytes_.subspan(at).first<Address::ipv6_size>());
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

// An IPv6 header has no checksum.
void PacketEditor::set_ip16(std::size_t at, std::uint16_t value) {
  if (!is_ipv6()) update_checksum(10, get16(at), value);
  put16(at, value);
}

// Addresses are part of the pseudo-header too (RFC 9293, section 3.1), which ICMP has in IPv6 alone
// (RFC 4443, section 2.3).
void PacketEditor::set_address(std::size_t at, Address address) {
  const auto bytes = address.bytes();
  const std::size_t first = is_ipv6() ? 0 : 12;
  for (std::size_t half = first; half < bytes.size(); half += 2) {
    const std::size_t where = at + half - first;
    const std::uint16_t value = load16(bytes, half);
    if (protocol() == tcp) update_checksum(ip_length() + tcp_checksum, get16(where), value);
    if (protocol() == icmpv6) update_checksum(ip_length() + icmp_checksum, get16(where), value);
    set_ip16(where, value);
  }
}

void PacketEditor::set_ttl(std::uint8_t ttl) {
  if (is_ipv6()) {
    writable_[7] = ttl;
  } else {
    set_ip16(8, static_cast<std::uint16_t>(ttl << 8 | protocol()));
  }
}

void PacketEditor::set_tos(std::uint8_t tos) {
  const unsigned word = get16(0);
  const unsigned changed =
      is_ipv6() ? (word & 0xf00fU) | unsigned{tos} << 4U : (word & 0xff00U) | tos;
  set_ip16(0, static_cast<std::uint16_t>(changed));
}

void PacketEditor::set_ip_id(std::uint16_t id) {
  if (!is_ipv6()) set_ip16(4, id);
}

void PacketEditor::set_dont_fragment(bool on) {
  if (is_ipv6()) return;
  const std::uint16_t word = get16(6);
  set_ip16(6, static_cast<std::uint16_t>(on ? word | 0x4000U : word & ~0x4000U));
}

void PacketEditor::set_flow_label(std::uint32_t label) {
  if (!is_ipv6()) return;
  put16(0, static_cast<std::uint16_t>((get16(0) & 0xfff0U) | (label >> 16U & 0xfU)));
  put16(2, static_cast<std::uint16_t>(label));
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
  return ones_sum(segment, pseudo_header_sum(*this)) == 0xffff;
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

namespace {

/// Whether the IP header is one and names the packet's length.
bool is_ip_packet(Bytes bytes) {
  constexpr std::size_t ipv4_header = 20;
  if (bytes.empty()) return false;
  if (bytes[0] >> 4 == 6) {
    return bytes.size() > ipv6_header && load16(bytes, 4) + ipv6_header == bytes.size();
  }
  const std::size_t length = (bytes[0] & std::size_t{0x0f}) * 4;
  return bytes[0] >> 4 == 4 && bytes.size() >= ipv4_header && length >= ipv4_header &&
         length <= bytes.size() && load16(bytes, 2) == bytes.size() &&
         ones_sum(bytes.first(length)) == 0xffff;
}

}  // namespace

std::optional<Packet> Packet::read_tcp(Bytes bytes) {
  if (!is_ip_packet(bytes)) return std::nullopt;
  const IpHeaders headers = headers_of(bytes);
  const std::size_t ip = headers.length;
  if (!headers.is_whole || headers.protocol != PacketReader::tcp) return std::nullopt;
  if (bytes.size() < ip + 20) return std::nullopt;
  const std::size_t tcp_length = (bytes[ip + 12] & std::size_t{0xf0}) / 4;
  if (tcp_length < 20 || ip + tcp_length > bytes.size()) return std::nullopt;
  return Packet(std::vector<std::uint8_t>(bytes.begin(), bytes.end()));
}

std::optional<PacketEditor> Packet::edit_quote() {
  if (!read().is_icmp()) return std::nullopt;
  return PacketEditor(std::span(bytes_).subspan(read().ip_length() + 8));
}

void Packet::fix_icmp_checksum() {
  const PacketReader packet = read();
  const auto message = std::span(bytes_).subspan(packet.ip_length());
  message[2] = message[3] = 0;
  const std::uint32_t start = packet.family() == Family::ipv6 ? pseudo_header_sum(packet) : 0;
  const auto sum = static_cast<std::uint16_t>(~ones_sum(message, start));
  message[2] = static_cast<std::uint8_t>(sum >> 8);
  message[3] = static_cast<std::uint8_t>(sum);
}

void Packet::insert(Extension kind) {
  if (read().family() != Family::ipv6) return;
  const IpHeaders headers = walk_ipv6(bytes_);
  const auto number = static_cast<std::uint8_t>(kind);
  if (std::ranges::find(headers.kinds, number) != headers.kinds.end()) return;
  const bool is_first = kind == Extension::hop_by_hop;
  const std::size_t next_at = is_first ? 6 : headers.last_next;
  const std::size_t at = is_first ? ipv6_header : headers.length;
  std::vector<std::uint8_t> header = extension_header(kind);
  header[0] = std::exchange(bytes_[next_at], number);
  bytes_.insert(bytes_.begin() + static_cast<std::ptrdiff_t>(at), header.begin(), header.end());
  const auto payload = static_cast<std::uint16_t>(bytes_.size() - ipv6_header);
  bytes_[4] = static_cast<std::uint8_t>(payload >> 8);
  bytes_[5] = static_cast<std::uint8_t>(payload);
}

}  // namespace tracetcp::sim
