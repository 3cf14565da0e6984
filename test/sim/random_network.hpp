#pragma once

#include <cstdint>
#include <string>

namespace simtest {

/// The address that random networks lead to; port 80 there is what they are about.
inline const std::string random_target = "198.51.100.1";

/// A path to the target without loss, and what the answers to it must look like: told by how the
/// network was made, never by the engine.
struct RandomNetwork {
  std::string toml;
  std::string hops;     ///< as hops_of() writes them
  std::string verdict;  ///< as verdict_of() writes it
};

RandomNetwork make_network(std::uint64_t seed);

}  // namespace simtest
