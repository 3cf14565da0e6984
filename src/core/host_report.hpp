#pragma once

#include <tracetcp/time.hpp>

namespace tracetcp {

/// A router asks for a host three times by ARP, a second each, before it reports that it is
/// unreachable (RFC 4861, section 10, has the same numbers).
inline constexpr Duration host_reported_after = std::chrono::seconds(3);

}  // namespace tracetcp
