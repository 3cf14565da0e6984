#pragma once

#include <tracetcp/number.hpp>

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace tracetcp {

enum class Family : std::uint8_t { ipv4, ipv6 };

/// "IPv4" or "IPv6".
constexpr std::string_view name(Family family) {
  return family == Family::ipv4 ? "IPv4" : "IPv6";
}

/// An IPv4 or IPv6 address: 128 bits, of which an IPv4 address takes the lower 32 behind the prefix
/// ::ffff:0:0/96 (RFC 4291, section 2.5.5.2). No packet on a wire has such an IPv6 address, so the
/// prefix shows the family. Made by default: 0.0.0.0. Addresses compare as numbers; IPv4 addresses
/// stand among those of IPv6 where their prefix has them.
class Address {
 public:
  static constexpr std::size_t ipv6_size = 16;  ///< bytes
  using Bytes = std::span<const std::uint8_t, ipv6_size>;

  constexpr Address() = default;

  /// An IPv4 address, in host byte order.
  constexpr explicit Address(std::uint32_t ipv4) : rest_(ipv4) {}

  /// An IPv6 address from its bytes as they are in a packet.
  constexpr explicit Address(Bytes ipv6)
      : upper_(number(ipv6.first<8>())), rest_(number(ipv6.last<8>()) ^ mapped) {}

  /// Reads four decimal numbers with dots ("192.168.0.1") or an IPv6 address as RFC 4291, section
  /// 2.2, has it, without brackets and zone; nothing else is an address.
  static std::optional<Address> parse(std::string_view text);

  /// Like parse(); an IPv6 address is none.
  static std::optional<Address> parse_ipv4(std::string_view text);

  [[nodiscard]] constexpr Family family() const {
    return upper_ == 0 && rest_ >> 32 == 0 ? Family::ipv4 : Family::ipv6;
  }

  /// The number of an IPv4 address, in host byte order; of an IPv6 address its last 32 bits.
  [[nodiscard]] constexpr std::uint32_t ipv4() const { return static_cast<std::uint32_t>(rest_); }

  /// All bits, in host byte order.
  [[nodiscard]] constexpr std::uint64_t upper() const { return upper_; }
  [[nodiscard]] constexpr std::uint64_t lower() const { return rest_ ^ mapped; }

  /// All bits as a packet has them; those of an IPv4 address are its last four.
  [[nodiscard]] constexpr std::array<std::uint8_t, ipv6_size> bytes() const {
    std::array<std::uint8_t, ipv6_size> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      const std::uint64_t half = i < 8 ? upper() : lower();
      bytes[i] = static_cast<std::uint8_t>(half >> (56 - 8 * (i % 8)));
    }
    return bytes;
  }

  /// IPv6 as RFC 5952 has it.
  [[nodiscard]] std::string text() const;
  static constexpr std::size_t longest_text = 45;

  // At one go, without a branch: each packet of a capture takes several of these.
  constexpr bool operator==(const Address& other) const {
    return ((upper_ ^ other.upper_) | (rest_ ^ other.rest_)) == 0;
  }
  constexpr std::strong_ordering operator<=>(const Address& other) const {
    if (const auto order = upper_ <=> other.upper_; order != 0) return order;
    return lower() <=> other.lower();
  }

 private:
  static constexpr std::uint64_t mapped = std::uint64_t{0xffff} << 32;

  static constexpr std::uint64_t number(std::span<const std::uint8_t, 8> bytes) {
    std::uint64_t number = 0;
    for (const std::uint8_t byte : bytes) number = number << 8 | byte;
    return number;
  }

  std::uint64_t upper_ = 0;
  /// The lower half without the prefix of IPv4: so 0.0.0.0 is all zeros, and structures that hold
  /// addresses are made in few instructions.
  std::uint64_t rest_ = 0;
};

/// 32 bits for hashes. Of an IPv4 address they are all of it, so that no two have the same.
constexpr std::uint32_t folded(const Address& address) {
  if (address.family() == Family::ipv4) return address.ipv4();
  constexpr std::uint64_t odd = 0x9e3779b97f4a7c15ULL;
  return static_cast<std::uint32_t>(((address.upper() * odd) ^ address.lower()) * odd >> 32);
}

/// Adds address.text().
void append_to(std::string& text, const Address& address);

/// Writes address.text() to where there is room for the longest one; returns its end.
char* write_to(char* buffer, const Address& address);

/// One end of a TCP connection.
struct Endpoint {
  Address address;
  Port port;

  constexpr auto operator<=>(const Endpoint&) const = default;
};

/// "192.0.2.1:80", "[2001:db8::1]:80" (RFC 5952, section 6).
std::string text(const Endpoint& end);

/// The 4-tuple that routers hash to keep the packets of one connection on one path.
struct Flow {
  Endpoint source;
  Endpoint target;

  constexpr auto operator<=>(const Flow&) const = default;
};

}  // namespace tracetcp

template <>
struct std::hash<tracetcp::Address> {
  std::size_t operator()(const tracetcp::Address& address) const noexcept {
    return std::hash<std::uint32_t>{}(folded(address));
  }
};
