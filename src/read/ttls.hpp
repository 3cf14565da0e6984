#pragma once

#include <bitset>

namespace tracetcp {

/// The TTLs that the SYNs of a trace had.
using Ttls = std::bitset<256>;

/// Between the TTLs of a trace: some tools begin in the middle and fill in both ways.
inline constexpr int largest_gap = 16;

/// The lowest; there must be one.
int first_of(const Ttls& ttls);

/// The highest of its path, which begins with `first`. The TTLs of a trace follow one another;
/// single ones far above (127, 128, 255) made sure of the target's answer.
int last_of_path(const Ttls& ttls, int first);

}  // namespace tracetcp
