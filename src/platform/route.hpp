#pragma once

#include <tracetcp/address.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace tracetcp {

/// How packets to a target leave this machine.
struct Route {
  std::string interface;
  unsigned interface_index = 0;
  unsigned char type = 0;          ///< RTN_UNICAST or RTN_LOCAL, see rtnetlink(7)
  Address source;                  ///< the address that the packets bear
  std::optional<Address> gateway;  ///< empty: the target is on the link, or this machine itself
};

/// Asks the kernel (rtnetlink(7)) how a target is reached, from the given interface and source
/// address where they are not empty. Throws Error where there is no such way: no route, no such
/// interface, interface down, source address not ours.
Route find_route(Address target, const std::string& interface, std::optional<Address> source);

/// What a packet on an interface begins with.
enum class LinkHeader : std::uint8_t { ethernet, none, other };

/// Throws Error.
LinkHeader link_header(const std::string& interface);

/// Whether packets of that route never leave this machine.
bool is_local(const Route& route);

/// Whether the interface has that address, or is the loopback, which has them all.
bool has_address(const std::string& interface, Address address);

}  // namespace tracetcp
