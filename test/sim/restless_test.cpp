// The loops that drive traces, path discovery and scans, where time passes at any moment and waits
// end early: each has to come to its end, and to the same result.

#include "../idle_observer.hpp"
#include "random_diamonds.hpp"
#include "random_network.hpp"
#include "restless_link.hpp"
#include "tracing.hpp"

#include <tracetcp/scan.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace tracetcp;

namespace {

struct Verdicts final : IdleObserver {
  void finished(const Trace& trace) override {
    states += std::string(name(trace.verdict.state)) + " ";
  }

  std::string states;
};

}  // namespace

TEST_CASE("traces end where time passes while they are thought about") {
  for (std::uint64_t seed = 1; seed <= simtest::tries(100); ++seed) {
    const auto network = simtest::make_network(seed);
    simtest::Options options{.seed = seed, .last_port = 84, .restless = true};
    options.strategy.anti_flood = seed % 2 == 0;
    CAPTURE(seed);
    const auto run = simtest::run_in(network.toml, simtest::random_target, 80, options);
    CHECK(simtest::verdict_of(run.trace()) == network.verdict);
    CHECK(run.traces.size() == 5);
  }
}

TEST_CASE("path discovery ends where time passes while it is thought about") {
  for (std::uint64_t seed = 1; seed <= simtest::tries(30); ++seed) {
    CAPTURE(seed);
    const auto run = simtest::run_in(simtest::make_diamonds(seed).toml, simtest::random_target, 80,
                                     {.seed = seed, .all_paths = true, .restless = true});
    CHECK(run.trace().verdict.state == State::open);
  }
}

TEST_CASE("scans end where time passes while they are thought about") {
  const auto network = parse_network(R"(
[router.r1]
address = "10.0.0.1"
drop = [80, 82]
[[host]]
address = "198.51.100.1"
open = [81]
closed = [84, 85]
silent = [83]
[[route]]
to = "198.51.100.1"
via = ["r1"]
rtt = 20
)",
                                     "test");
  for (std::uint64_t seed = 1; seed <= simtest::tries(50); ++seed) {
    CAPTURE(seed);
    simtest::RestlessLink link(make_simulated_link(network, seed), seed);
    Verdicts verdicts;
    Tally ignored;
    const Strategy strategy{
        .first_ttl = Ttl{128}, .max_hops = 1, .probes_per_hop = 1, .anti_flood = seed % 2 == 0};
    scan(link, {.source = network->source(Family::ipv4), .first_port = Port{40001}, .seed = seed},
         strategy,
         {.target = *Address::parse("198.51.100.1"), .ports = PortList(Port{80}, Port{85})},
         verdicts,
         {.interrupted = [] { return false; },
          .progress = [](const ScanProgress&) {},
          .ignored = ignored});
    CHECK(verdicts.states == "silent open silent silent closed closed ");
  }
}
