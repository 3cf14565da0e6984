#pragma once

#include <tracetcp/address.hpp>
#include <tracetcp/frame.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace tracetcp::sim {

/// Adds up 16-bit words as RFC 1071 says; the last odd byte counts as the high half of a word.
std::uint16_t ones_sum(Bytes bytes, std::uint32_t start = 0);

/// TCP option kinds (RFC 9293 section 3.2, RFC 7323, RFC 2018).
enum class TcpOption : std::uint8_t {
  end = 0,
  nop = 1,
  mss = 2,
  window_scale = 3,
  sack_permitted = 4,
  timestamps = 8,
};

/// Extension headers of IPv6 that a router can insert (IANA, "IPv6 Extension Header Types").
enum class Extension : std::uint8_t {
  hop_by_hop = 0,
  routing = 43,
  fragment = 44,
  destination = 60,
};

/// Reads an IPv4 (RFC 791) or IPv6 packet (RFC 8200) in host order: a whole TCP packet, an ICMP
/// error, or the start of a packet as an ICMP error quotes it. The reader and the writer of packets
/// are the simulator's own on purpose: it judges those of the engine.
class PacketReader {
 public:
  static constexpr std::uint8_t icmp = 1;  // protocols
  static constexpr std::uint8_t tcp = 6;
  static constexpr std::uint8_t icmpv6 = 58;
  static constexpr std::uint8_t syn = 0x02;  // flags
  static constexpr std::uint8_t rst = 0x04;
  static constexpr std::uint8_t ack = 0x10;

  /// `bytes` from the IP header on, all headers of IP and at least 8 bytes more.
  explicit PacketReader(Bytes bytes);

  [[nodiscard]] Bytes bytes() const { return bytes_; }
  [[nodiscard]] Family family() const { return is_ipv6() ? Family::ipv6 : Family::ipv4; }
  [[nodiscard]] Address source() const { return address_at(is_ipv6() ? 8 : 12); }
  [[nodiscard]] Address target() const { return address_at(is_ipv6() ? 24 : 16); }
  /// TTL or hop limit.
  [[nodiscard]] std::uint8_t ttl() const { return bytes_[is_ipv6() ? 7 : 8]; }
  /// TOS or traffic class.
  [[nodiscard]] std::uint8_t tos() const;
  /// 0 for IPv6.
  [[nodiscard]] std::uint16_t ip_id() const { return is_ipv6() ? std::uint16_t{0} : get16(4); }
  /// 20 bits; 0 for IPv4.
  [[nodiscard]] std::uint32_t flow_label() const { return is_ipv6() ? get32(0) & 0xfffffU : 0; }
  /// Of what follows the headers of IP.
  [[nodiscard]] std::uint8_t protocol() const { return protocol_; }
  [[nodiscard]] bool is_icmp() const { return protocol_ == (is_ipv6() ? icmpv6 : icmp); }
  /// Of the IP header and all extension headers.
  [[nodiscard]] std::size_t ip_length() const { return ip_length_; }
  [[nodiscard]] std::uint16_t source_port() const { return get16(ip_length()); }
  [[nodiscard]] std::uint16_t target_port() const { return get16(ip_length() + 2); }
  [[nodiscard]] std::uint32_t sequence() const { return get32(ip_length() + 4); }
  [[nodiscard]] Flow flow() const;

  // The rest is for whole TCP packets only.
  [[nodiscard]] std::uint32_t acknowledgement() const { return get32(ip_length() + 8); }
  [[nodiscard]] std::uint8_t flags() const { return bytes_[ip_length() + 13]; }
  [[nodiscard]] bool is_syn() const { return (flags() & (syn | rst | ack)) == syn; }
  [[nodiscard]] bool is_reset() const { return (flags() & rst) != 0; }
  [[nodiscard]] bool tcp_checksum_right() const;
  /// The option's value bytes; empty: it is not there.
  [[nodiscard]] std::optional<Bytes> option(TcpOption kind) const;

 protected:
  [[nodiscard]] bool is_ipv6() const { return bytes_[0] >> 4 == 6; }
  [[nodiscard]] std::uint16_t get16(std::size_t at) const;
  [[nodiscard]] std::uint32_t get32(std::size_t at) const;
  [[nodiscard]] Address address_at(std::size_t at) const;
  /// Where the option begins, counted from the TCP header; 0: it is not there.
  [[nodiscard]] std::size_t find_option(TcpOption kind) const;

 private:
  Bytes bytes_;
  std::size_t ip_length_ = 0;
  std::uint8_t protocol_ = 0;
};

/// Changes a packet in place. Each change keeps the checksums in step (RFC 1624), so what was wrong
/// before stays wrong.
class PacketEditor : public PacketReader {
 public:
  explicit PacketEditor(std::span<std::uint8_t> bytes) : PacketReader(bytes), writable_(bytes) {}

  // Addresses are of the packet's family.
  void set_source(Address address) { set_address(is_ipv6() ? 8 : 12, address); }
  void set_target(Address address) { set_address(is_ipv6() ? 24 : 16, address); }
  void set_ttl(std::uint8_t ttl);
  void set_tos(std::uint8_t tos);
  // What the packet's family lacks is not changed.
  void set_ip_id(std::uint16_t id);
  void set_dont_fragment(bool on);
  void set_flow_label(std::uint32_t label);
  void set_source_port(std::uint16_t port) { set_tcp16(0, port); }
  void set_target_port(std::uint16_t port) { set_tcp16(2, port); }
  void set_sequence(std::uint32_t number) { set_tcp32(4, number); }

  // The rest is for whole TCP packets only.
  void set_acknowledgement(std::uint32_t number) { set_tcp32(8, number); }
  void set_mss(std::uint16_t mss);
  /// Turns the option into NOPs, as firewalls do that must not change a packet's length.
  void blank_option(TcpOption kind);

 private:
  void set_ip16(std::size_t at, std::uint16_t value);
  void set_address(std::size_t at, Address address);
  void set_tcp16(std::size_t at, std::uint16_t value);
  void set_tcp32(std::size_t at, std::uint32_t value);
  void set_tcp8(std::size_t at, std::uint8_t value);
  void put16(std::size_t at, std::uint16_t value);
  void update_checksum(std::size_t at, std::uint16_t before, std::uint16_t after);

  std::span<std::uint8_t> writable_;
};

/// A whole packet that owns its bytes.
class Packet {
 public:
  Packet() = default;
  explicit Packet(std::vector<std::uint8_t> bytes) : bytes_(std::move(bytes)) {}

  /// A copy of a TCP packet; empty where it is anything else, cut off, or longer than it says, or
  /// where its IPv4 header's checksum is wrong: a router would drop it.
  static std::optional<Packet> read_tcp(Bytes bytes);

  [[nodiscard]] PacketReader read() const { return PacketReader(bytes_); }
  PacketEditor edit() { return PacketEditor(bytes_); }
  [[nodiscard]] std::vector<std::uint8_t> take() && { return std::move(bytes_); }

  /// The packet that an ICMP error quotes; empty where this is none.
  std::optional<PacketEditor> edit_quote();
  /// Computes the ICMP checksum anew, after the quote was changed.
  void fix_icmp_checksum();
  /// Puts an extension header into an IPv6 packet, where RFC 8200, section 4.1, has it. One that is
  /// there already is not put in again, so a packet's headers stay few.
  void insert(Extension kind);

 private:
  std::vector<std::uint8_t> bytes_;
};

}  // namespace tracetcp::sim
