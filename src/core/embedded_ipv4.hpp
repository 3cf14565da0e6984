#pragma once

#include <tracetcp/address.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace tracetcp {

/// The IPv4 address that an IPv6 address was made from by a translator or tunnel.
struct EmbeddedIpv4 {
  std::string_view by;  ///< "NAT64" or "6to4"
  Address address;
};

/// Of an address with NAT64's well-known prefix 64:ff9b::/96 (RFC 6052, section 2.1), or that of
/// 6to4, 2002::/16 (RFC 3056, section 2). Empty: it is none.
std::optional<EmbeddedIpv4> embedded_ipv4(const Address& address);

/// "NAT64 of 192.0.2.1"; empty: it is none.
std::string embedded_ipv4_text(const Address& address);

}  // namespace tracetcp
