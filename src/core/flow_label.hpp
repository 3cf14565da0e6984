#pragma once

#include <tracetcp/address.hpp>

#include <cstdint>

namespace tracetcp {

/// The flow label of our SYNs with these addresses and ports, never 0 (RFC 6437, section 3): a
/// keyed hash, so that labels spread evenly and cannot be guessed. IPv4 has none: 0.
FlowLabel flow_label_of(const Flow& flow, std::uint64_t seed);

}  // namespace tracetcp
