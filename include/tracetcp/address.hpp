#pragma once

#include <tracetcp/number.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace tracetcp {

/// An IPv4 address, held in host byte order.
class Address {
 public:
  constexpr Address() = default;
  constexpr explicit Address(std::uint32_t value) : value_(value) {}

  /// Reads dotted decimal with four parts ("192.168.0.1"); nothing else is an address.
  static std::optional<Address> parse(std::string_view text);

  [[nodiscard]] constexpr std::uint32_t value() const { return value_; }
  [[nodiscard]] std::string text() const;
  static constexpr std::size_t longest_text = 15;

  constexpr auto operator<=>(const Address&) const = default;

 private:
  std::uint32_t value_ = 0;
};

/// Adds address.text().
void append_to(std::string& text, Address address);

/// Writes address.text() to where there is room for the longest one; returns its end.
char* write_to(char* buffer, Address address);

/// One end of a TCP connection.
struct Endpoint {
  Address address;
  Port port;

  constexpr auto operator<=>(const Endpoint&) const = default;
};

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
    return std::hash<std::uint32_t>{}(address.value());
  }
};
