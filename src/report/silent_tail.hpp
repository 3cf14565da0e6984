#pragma once

#include <tracetcp/trace.hpp>

#include <span>

namespace tracetcp {

/// Silent hops in a row that are always shown. Those after them are held back until a later hop
/// answers, or the trace ends, as the documentation of tracetcp 1.x abridges them.
inline constexpr std::size_t silent_shown = 3;

/// Whether the hop was asked, and nothing answered.
bool is_silent(const Hop& hop);

/// Whether the hop is to be held back: it is silent, and at least that many hops before it are.
bool is_held(const Trace& trace, const Hop& hop);

/// The hops directly before the one with that TTL that are held back.
std::span<const Hop> held_before(const Trace& trace, int ttl);

}  // namespace tracetcp
