#pragma once

#include <cstdint>
#include <span>

namespace tracetcp {

/// A 128-bit key.
struct SipKey {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
};

/// SipHash-2-4 (Aumasson and Bernstein, 2012) of the eight bytes of each word, least significant
/// first. Without the key the hash of a message cannot be predicted from those of others.
std::uint64_t siphash(const SipKey& key, std::span<const std::uint64_t> message);
std::uint64_t siphash(const SipKey& key, std::uint64_t message);

}  // namespace tracetcp
