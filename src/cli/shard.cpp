#include "cli/shard.hpp"

#include "cli/values.hpp"

#include <tracetcp/error.hpp>

#include <fmt/core.h>

namespace tracetcp::cli {

bool Shard::has(std::string_view host) const {
  // FNV-1a, and the finalizer of MurmurHash3, which makes all bits depend on each letter.
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char letter : host) {
    const bool is_upper = letter >= 'A' && letter <= 'Z';
    const auto byte = static_cast<unsigned char>(is_upper ? letter - 'A' + 'a' : letter);
    hash = (hash ^ byte) * 0x100000001b3ULL;
  }
  hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdULL;
  hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53ULL;
  hash ^= hash >> 33;
  return hash % count == number - 1;
}

Shard read_shard(const std::string& what, std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) {
    throw UsageError(
        fmt::format("{}: {} is no part of a list; give I/N, as in 3/12", what, quoted(text)));
  }
  constexpr Range counts{1, 1'000'000};
  const auto number = [&](std::string_view part, const Range& range) {
    return static_cast<std::uint32_t>(read_number(what, part, range));
  };
  const std::uint32_t count = number(text.substr(slash + 1), counts);
  return {.number = number(text.substr(0, slash), {1, count}), .count = count};
}

}  // namespace tracetcp::cli
