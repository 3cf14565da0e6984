#pragma once

#include <tracetcp/address.hpp>

#include <cstdint>

namespace tracetcp {

/// Where an address means one machine.
enum class Scope : std::uint8_t {
  global,       ///< everywhere
  private_use,  ///< inside one network, or one carrier's: RFC 1918, RFC 6598 and RFC 4193
  special,      ///< on one link or machine, of many machines, in documents, or nowhere yet
};

/// By IANA's registries of special-purpose addresses of IPv4 and IPv6 (RFC 6890) and the multicast
/// ranges (RFC 5771; RFC 4291, section 2.7).
Scope scope_of(const Address& address);

/// Whether an address means a host on one link only: fe80::/10 (RFC 4291, section 2.5.6).
bool is_link_local(const Address& address);

/// Whether an address means this machine alone: 127.0.0.0/8 or ::1.
bool is_loopback(const Address& address);

}  // namespace tracetcp
