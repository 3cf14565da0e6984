#pragma once

#include <tracetcp/trace.hpp>

#include <optional>

namespace tracetcp {

/// An ICMP unreachable that may end the path.
struct Rejection {
  Ttl ttl;                       ///< the lowest that the router rejected
  const Reply* reply = nullptr;  ///< to a probe with it
  bool is_confirmed = false;     ///< rule 3
};

/// What the ICMP unreachables of a trace amount to. Some routers reject what expires at them, where
/// others say time exceeded, and forward the rest; some lose a route for a moment. So one of them
/// proves nothing by itself.
///
/// 1. What a SYN with more TTL gets past did not end the path. A rejection counts only beyond the
///    last hop that answered time exceeded, and only if no other address rejects a larger TTL.
/// 2. The path ends at the lowest TTL from which on that address rejects.
/// 3. The rejection is confirmed if the same address also rejects a larger TTL. If no larger TTL
///    was asked, a quote with a TTL above 1 confirms it: that SYN did not expire.
///
/// Voided probes do not count. Empty: nothing rejects.
std::optional<Rejection> find_rejection(const Trace& trace);

}  // namespace tracetcp
