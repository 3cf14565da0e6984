#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tracetcp::cli {

/// A part of a list, of which there are several: each host belongs to one of them, with all lines
/// that name it. Which one depends on its name alone, so that no other line moves it.
struct Shard {
  std::uint32_t number = 1;  ///< from 1
  std::uint32_t count = 1;   ///< of all parts

  [[nodiscard]] bool has(std::string_view host) const;
};

/// "3/12". Throws UsageError.
Shard read_shard(const std::string& what, std::string_view text);

}  // namespace tracetcp::cli
