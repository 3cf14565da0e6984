#pragma once

#include "middlebox_network.hpp"

#include <cstdint>

namespace simtest {

/// The same network in IPv6, with what IPv6 alone has: flow labels that are set anew, extension
/// headers that routers insert.
BoxedNetwork in_ipv6(const BoxedNetwork& ipv4, std::uint64_t seed);

}  // namespace simtest
