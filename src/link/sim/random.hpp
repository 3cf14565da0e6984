#pragma once

#include <tracetcp/address.hpp>
#include <tracetcp/time.hpp>

#include <cstdint>
#include <random>

namespace tracetcp::sim {

/// The one source of chance of a simulated link. The mapping to ranges is its own since the
/// standard's distributions give other numbers with other libraries.
class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  std::uint32_t word() { return static_cast<std::uint32_t>(engine_() >> 32); }
  /// 1 to 65535.
  std::uint16_t nonzero16() { return static_cast<std::uint16_t>(1 + below(0xffff)); }
  /// 0 to limit - 1.
  std::uint32_t below(std::uint32_t limit) {
    return static_cast<std::uint32_t>((std::uint64_t{word()} * limit) >> 32);
  }
  /// 0 to 1, without 1.
  double unit() { return static_cast<double>(engine_() >> 11) * 0x1.0p-53; }
  /// True with this probability.
  bool chance(double probability) { return probability > 0 && unit() < probability; }

 private:
  std::mt19937_64 engine_;
};

/// Mixes all bits of a number (the finalizer of splitmix64).
constexpr std::uint64_t mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31);
}

/// What routers base per-flow decisions on. Independent of the seed: a network stays what it is.
constexpr std::uint64_t hash_of(const Flow& flow, std::uint64_t salt) {
  const std::uint64_t addresses =
      std::uint64_t{folded(flow.source.address)} << 32 | folded(flow.target.address);
  const std::uint64_t ports = std::uint64_t{flow.source.port.value} << 16 | flow.target.port.value;
  return mix(addresses ^ mix(ports ^ mix(salt)));
}

}  // namespace tracetcp::sim
