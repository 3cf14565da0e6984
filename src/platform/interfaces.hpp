#pragma once

#include <tracetcp/address.hpp>

#include <string>
#include <vector>

namespace tracetcp {

/// An IPv4 address of this machine. An interface with several occurs several times.
struct InterfaceAddress {
  std::string interface;
  Address address;
  bool is_loopback = false;  ///< of the interface
  bool is_running = false;   ///< the interface is up and has a carrier
};

/// Asked for by ioctl (netdevice(7)), which needs no netlink socket. Throws Error.
std::vector<InterfaceAddress> interface_addresses();

}  // namespace tracetcp
