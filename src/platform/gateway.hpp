#pragma once

#include <tracetcp/address.hpp>

#include <optional>
#include <string>

namespace tracetcp {

/// The router that a route leads to first. An IPv4 route may name it by an IPv6 address (RFC 8950).
struct Gateway {
  std::optional<Address> address;  ///< empty: there is one, but the kernel does not say which

  [[nodiscard]] std::string text() const { return address ? address->text() : "unknown"; }
  bool operator==(const Gateway&) const = default;
};

}  // namespace tracetcp
