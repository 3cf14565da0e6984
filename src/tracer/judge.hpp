#pragma once

#include <tracetcp/trace.hpp>

#include <optional>

namespace tracetcp {

/// The highest TTL that a hop on the way answered; empty: none did.
std::optional<Ttl> reach(const Trace& trace);

/// Where the path ends, as far as its probes tell: the lowest TTL that got so far, and what
/// answered there. Empty while nothing but hops on the way answered. A SYN-ACK outweighs a RST,
/// whatever their TTLs: some hosts and firewalls reset a SYN whose TTL expires at them although the
/// port is open. A RST to a TTL that hops from there on have answered too does not come from the
/// end of the path.
std::optional<Verdict> find_ending(const Trace& trace);

/// What the trace amounts to. A pure function of it, for live and recorded traces alike.
Verdict judge(const Trace& trace);

}  // namespace tracetcp
