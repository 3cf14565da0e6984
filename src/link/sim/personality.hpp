#pragma once

#include "link/sim/reply_packets.hpp"

#include <array>
#include <string_view>

namespace tracetcp::sim {

class Node;

/// The keys that say how a TCP stack looks from outside.
inline constexpr std::array<std::string_view, 8> personality_keys = {
    "ttl", "hop_limit", "mss", "window", "window_scale", "sack", "timestamps", "ip_id"};

/// Reads those keys of a table, whose other keys are none of its business.
Personality read_personality(const Node& table);

}  // namespace tracetcp::sim
