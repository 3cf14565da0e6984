#pragma once

namespace tracetcp {

/// How many flows that pass a node must have been asked one hop further before its next hops, of
/// which `found` are known (one at least), count as all: with that number one more next hop, if it
/// got its equal share of the flows, would have been missed with a probability of 5 % at most.
///
/// The stopping points of the Multipath Detection Algorithm at 95 % (B. Augustin, T. Friedman,
/// R. Teixeira: "Multipath tracing with Paris traceroute", E2EMON 2007; D. Veitch, B. Augustin,
/// R. Teixeira, T. Friedman: "Failure control in multipath route tracing", INFOCOM 2009):
/// 6, 11, 16, 21, 27, 33, ...
int stopping_point(int found);

}  // namespace tracetcp
