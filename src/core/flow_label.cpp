#include "core/flow_label.hpp"

#include "core/siphash.hpp"

#include <array>

namespace tracetcp {

FlowLabel flow_label_of(const Flow& flow, std::uint64_t seed) {
  constexpr std::uint32_t labels = 0xfffff;  // of 20 bits, without 0
  const auto& [source, target] = flow;
  if (target.address.family() == Family::ipv4) return {};
  const std::array<std::uint64_t, 5> message{
      source.address.upper(), source.address.lower(), target.address.upper(),
      target.address.lower(), std::uint64_t{source.port.value} << 16U | target.port.value};
  return {static_cast<std::uint32_t>(siphash({.low = seed, .high = 0}, message) % labels) + 1};
}

}  // namespace tracetcp
