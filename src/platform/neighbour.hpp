#pragma once

#include <tracetcp/address.hpp>
#include <tracetcp/live.hpp>

#include <optional>

namespace tracetcp {

/// The MAC address of a neighbour as the kernel's table has it (RTM_GETNEIGH of rtnetlink(7));
/// empty: it has none that it may still use. Throws Error.
std::optional<Mac> find_neighbour(Address neighbour, unsigned interface_index);

}  // namespace tracetcp
