#pragma once

#include <tracetcp/number.hpp>

#include <cstdint>
#include <span>

namespace tracetcp {

/// Writes the label into an IPv6 header in which it is still 0: it takes the last 20 of the first
/// 32 bits (RFC 8200, section 3). No checksum covers them (section 8.1).
inline void put_flow_label(std::span<std::uint8_t> header, FlowLabel label) {
  header[1] = static_cast<std::uint8_t>(header[1] | (label.value >> 16U & 0x0fU));
  header[2] = static_cast<std::uint8_t>(label.value >> 8U & 0xffU);
  header[3] = static_cast<std::uint8_t>(label.value & 0xffU);
}

}  // namespace tracetcp
