#pragma once

#include <tracetcp/address.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace tracetcp {

/// An IPv6 address in network byte order, as far as an IPv4 route needs one.
using Inet6Address = std::array<std::uint8_t, 16>;

/// The router that a route leads to first. An IPv4 route may name it by an IPv6 address (RFC 8950).
/// With neither address: there is one, but the kernel does not say which.
struct Gateway {
  std::optional<Address> ipv4;
  std::optional<Inet6Address> ipv6;

  [[nodiscard]] std::string text() const;
  bool operator==(const Gateway&) const = default;
};

}  // namespace tracetcp
