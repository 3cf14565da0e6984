#pragma once

#include <tracetcp/address.hpp>
#include <tracetcp/live.hpp>

#include <string>

namespace tracetcp {

/// The MAC address of a neighbour on an Ethernet interface. Where the kernel does not know it, it
/// is made to ask by ARP (RFC 826) with one empty UDP datagram to the neighbour. Throws Error where
/// the interface is none that has MAC addresses, or nobody answers within some seconds.
Mac find_neighbour(Address neighbour, const std::string& interface, unsigned interface_index);

}  // namespace tracetcp
