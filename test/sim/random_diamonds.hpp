#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

namespace simtest {

/// A network file with load balancers, and what is true of it, known from how it was made.
struct DiamondNetwork {
  /// A node, "TTL ADDRESS", and the addresses that follow it: all of them get equal shares.
  using Truth = std::map<std::string, std::set<std::string>>;

  std::string toml;
  Truth next;               ///< of the start ("0 start") and all routers
  std::size_t routers = 0;  ///< on all paths
  std::size_t forks = 0;
};

/// To 198.51.100.1, port 80, which is open: up to two load balancers in a row, with forks within
/// forks and branches of different lengths, 16 paths at most.
DiamondNetwork make_diamonds(std::uint64_t seed);

}  // namespace simtest
