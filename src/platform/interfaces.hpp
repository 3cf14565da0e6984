#pragma once

#include <tracetcp/address.hpp>

#include <string>
#include <vector>

namespace tracetcp {

/// An address of this machine. An interface with several occurs several times.
struct InterfaceAddress {
  std::string interface;
  Address address;
  bool is_loopback = false;  ///< of the interface
  bool is_running = false;   ///< the interface is up and has a carrier
};

/// Of both families, IPv4 first. IPv4 is asked for by ioctl (netdevice(7)), IPv6 read from
/// /proc/net/if_inet6, which needs no netlink socket. Throws Error.
std::vector<InterfaceAddress> interface_addresses();

/// Whether a socket may be bound to that one: 0, or an errno. Throws Error where there is no socket
/// to be had.
int refusal_to_bind(const std::string& interface);

}  // namespace tracetcp
