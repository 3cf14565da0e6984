#pragma once

#include "decode/view.hpp"

#include <tracetcp/address.hpp>
#include <tracetcp/frame.hpp>

namespace tracetcp {

/// What a SYN of ours says of itself, from its IP header on. That has neither options (IPv4) nor
/// extension headers (IPv6). The packet must be a whole one.
class OwnSyn {
 public:
  explicit OwnSyn(Bytes packet) : packet_(packet) {}

  [[nodiscard]] Family family() const {
    constexpr unsigned version = 4;
    return packet_[0] >> 4 == version ? Family::ipv4 : Family::ipv6;
  }
  [[nodiscard]] Address target() const {
    constexpr std::size_t ipv4_at = 16;
    constexpr std::size_t ipv6_at = 24;
    if (family() == Family::ipv4) return Address(decoding::View(packet_).u32(ipv4_at));
    return Address(packet_.subspan(ipv6_at).first<Address::ipv6_size>());
  }
  [[nodiscard]] Address source() const {
    constexpr std::size_t ipv4_at = 12;
    constexpr std::size_t ipv6_at = 8;
    if (family() == Family::ipv4) return Address(decoding::View(packet_).u32(ipv4_at));
    return Address(packet_.subspan(ipv6_at).first<Address::ipv6_size>());
  }
  [[nodiscard]] Port source_port() const { return {tcp().u16(0)}; }
  [[nodiscard]] Port target_port() const { return {tcp().u16(2)}; }
  [[nodiscard]] std::uint32_t isn() const { return tcp().u32(4); }

  /// Whether the packet is long enough for all these.
  [[nodiscard]] static bool is_whole(Bytes packet) {
    constexpr std::size_t fields = 8;  // bytes of the TCP header
    return !packet.empty() && packet.size() >= OwnSyn(packet).header_size() + fields;
  }

 private:
  [[nodiscard]] std::size_t header_size() const {
    constexpr std::size_t ipv4_size = 20;
    constexpr std::size_t ipv6_size = 40;
    return family() == Family::ipv4 ? ipv4_size : ipv6_size;
  }
  [[nodiscard]] decoding::View tcp() const { return decoding::View(packet_).after(header_size()); }

  Bytes packet_;
};

}  // namespace tracetcp
