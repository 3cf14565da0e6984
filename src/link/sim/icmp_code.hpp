#pragma once

#include "link/sim/behaviour.hpp"

namespace tracetcp::sim {

/// Reads how something is rejected: {with = "admin-prohibited" or 13 or "tcp-reset", mtu = 1400}.
/// Without `with`: administratively prohibited, as routers with access lists do. What one family
/// has no code for is rejected there with the nearest that it has.
Answer read_rejection(const Node& rule);

}  // namespace tracetcp::sim
