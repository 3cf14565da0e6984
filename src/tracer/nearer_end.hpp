#pragma once

#include <tracetcp/trace.hpp>

#include <optional>

namespace tracetcp {

/// Where the target is nearer than the TTL that it names: the SYN with the right TTL was lost, or
/// overtaken, and from then on every SYN-ACK names the one that came first. The answer's own TTL
/// says how many hops it came back. It counts only if
///
/// 1. all hops from the nearer place to the named one are silent;
/// 2. the last two hops that answered have ways back that are longer than those there by the same
///    number of hops, so that ways can be compared; if the trace shows no loss, which leaves the
///    silent hops as likely, all of three hops or more. Where each hop was asked once, a silent hop
///    on the way may as well be loss.
///
/// Empty: the TTL of the verdict stands.
std::optional<Ttl> nearer_end(const Trace& trace, const Verdict& verdict);

}  // namespace tracetcp
