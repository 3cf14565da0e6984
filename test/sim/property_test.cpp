// Random networks, each traced by the whole engine. What must come out is told by how the network
// was made, see random_network.hpp.

#include "random_network.hpp"
#include "tracing.hpp"

#include <doctest/doctest.h>

using namespace tracetcp;

namespace {

void check(std::uint64_t seed, const simtest::Options& options) {
  const auto network = simtest::make_network(seed);
  const auto run = simtest::run_in(network.toml, simtest::random_target, 80, options);
  CAPTURE(seed);
  CAPTURE(network.toml);
  CHECK(simtest::verdict_of(run.trace()) == network.verdict);
  CHECK(simtest::hops_of(run.trace()) == network.hops);
}

}  // namespace

TEST_CASE("random networks without loss: every hop and every verdict is right") {
  for (std::uint64_t seed = 1; seed <= simtest::tries(300); ++seed) check(seed, {.seed = seed});
}

TEST_CASE("the same without anti-flood") {
  simtest::Options options;
  options.strategy.anti_flood = false;
  for (std::uint64_t seed = 1001; seed <= 1000 + simtest::tries(300); ++seed) {
    options.seed = seed;
    check(seed, options);
  }
}

TEST_CASE("the same with one probe a hop, and with the other ways to tag") {
  for (const TagMode mode : {TagMode::id, TagMode::isn, TagMode::port}) {
    simtest::Options options;
    options.strategy.probes_per_hop = 1;
    options.tag_mode = mode;
    for (std::uint64_t seed = 2001; seed <= 2000 + simtest::tries(100); ++seed) {
      options.seed = seed;
      CAPTURE(static_cast<int>(mode));
      check(seed, options);
    }
  }
}
