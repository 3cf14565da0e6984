#pragma once

#include <tracetcp/number.hpp>

#include <cstdint>
#include <limits>
#include <string>

namespace tracetcp::cli {

/// The numbers that an option takes, both ends included.
struct Range {
  std::uint64_t least;
  std::uint64_t most;

  /// For example "1 to 255".
  [[nodiscard]] std::string text() const {
    return std::to_string(least) + " to " + std::to_string(most);
  }
};

inline constexpr Range first_ttl_range{1, 255};
inline constexpr Range max_hops_range{1, 255};
inline constexpr Range probes_range{1, 1000};
/// By the letter -p, so that a port after it is noticed.
inline constexpr Range few_probes_range{1, 10};
inline constexpr Range timeout_ms_range{1, 99999};
inline constexpr Range port_range{1, 65535};
inline constexpr Range seed_range{0, std::numeric_limits<std::uint64_t>::max()};

/// SYNs per second; fractions are allowed.
inline constexpr double least_rate = 0.1;
inline constexpr double most_rate = 1'000'000;

/// Ports of one host that are watched side by side: about what a screen of 200 columns scrolls
/// through, and what the pace at a hop, 100 SYNs a second, asks in one second.
inline constexpr std::size_t most_watched_ports = 100;

/// Seconds between the rounds of a watch: the pace that anti-flood keeps at a hop, to a day.
inline constexpr double least_every = 0.5;
inline constexpr double most_every = 86'400;
inline constexpr Range rounds_range{1, 1'000'000'000};

/// What -s sets, as the original does.
inline constexpr Ttl scan_first_ttl{128};
inline constexpr int scan_max_hops = 1;
inline constexpr int scan_probes = 1;

/// A first TTL from here on, where it is the only one, is meant to reach the target, which no path
/// is so long that it could not: -r with it is a port scan too.
inline constexpr Ttl far_ttl{40};

inline constexpr Port default_port{80};

}  // namespace tracetcp::cli
