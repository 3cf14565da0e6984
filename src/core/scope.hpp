#pragma once

#include <tracetcp/address.hpp>

#include <cstdint>

namespace tracetcp {

/// Where an address means one machine.
enum class Scope : std::uint8_t {
  global,       ///< everywhere
  private_use,  ///< inside one network, or one carrier's: RFC 1918 and RFC 6598
  special,      ///< on one link or machine, of many machines, in documents, or nowhere yet
};

/// By IANA's "IPv4 Special-Purpose Address Registry" (RFC 6890) and the multicast range (RFC 5771).
Scope scope_of(Address address);

}  // namespace tracetcp
