#pragma once

#include "platform/gateway.hpp"

#include <tracetcp/live.hpp>

#include <optional>

namespace tracetcp {

/// The MAC address of a neighbour as the kernel's table has it (RTM_GETNEIGH of rtnetlink(7));
/// empty: it has none that it may still use, or it can't be asked.
std::optional<Mac> find_neighbour(const Gateway& neighbour, unsigned interface_index);

/// The same for an IPv6 neighbour that the kernel may have to solicit first: an empty UDP datagram
/// to its discard port makes it do so. Waits at most as long as the kernel tries, 3 s (RFC 4861,
/// section 10: three solicitations, a second apart).
std::optional<Mac> solicit_neighbour(const Inet6Address& neighbour, unsigned interface_index);

}  // namespace tracetcp
