#pragma once

#include <tracetcp/trace.hpp>

#include <vector>

namespace tracetcp {

/// The rounds of a watch in what a capture has of one flow, as they began. A round begins where the
/// lowest TTL is asked again after a larger one. Each has its verdict. What was asked to make sure
/// of an answer belongs to the round before it.
std::vector<Trace> rounds_of(const Trace& trace);

}  // namespace tracetcp
