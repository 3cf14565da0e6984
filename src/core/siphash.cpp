#include "core/siphash.hpp"

#include <bit>

namespace tracetcp {
namespace {

struct SipState {
  std::uint64_t v0;
  std::uint64_t v1;
  std::uint64_t v2;
  std::uint64_t v3;

  void rounds(int count) {
    for (int i = 0; i < count; ++i) {
      v0 += v1;
      v1 = std::rotl(v1, 13) ^ v0;
      v0 = std::rotl(v0, 32);
      v2 += v3;
      v3 = std::rotl(v3, 16) ^ v2;
      v0 += v3;
      v3 = std::rotl(v3, 21) ^ v0;
      v2 += v1;
      v1 = std::rotl(v1, 17) ^ v2;
      v2 = std::rotl(v2, 32);
    }
  }

  void take(std::uint64_t word) {
    v3 ^= word;
    rounds(2);
    v0 ^= word;
  }
};

}  // namespace

std::uint64_t siphash(const SipKey& key, std::span<const std::uint64_t> message) {
  SipState state{.v0 = key.low ^ 0x736f6d6570736575ULL,
                 .v1 = key.high ^ 0x646f72616e646f6dULL,
                 .v2 = key.low ^ 0x6c7967656e657261ULL,
                 .v3 = key.high ^ 0x7465646279746573ULL};
  for (const std::uint64_t word : message) state.take(word);
  state.take(std::uint64_t{message.size_bytes()} << 56U);
  state.v2 ^= 0xff;
  state.rounds(4);
  return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}

std::uint64_t siphash(const SipKey& key, std::uint64_t message) {
  return siphash(key, std::span<const std::uint64_t>(&message, 1));
}

}  // namespace tracetcp
