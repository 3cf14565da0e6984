// What the reader of captures finds in the frames of a run must be what that run found.

#include "random_network.hpp"
#include "tracing.hpp"

#include <tracetcp/reading.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace tracetcp;

namespace {

/// The frames of a run, kept beyond it.
struct Recording {
  struct Kept {
    std::vector<std::uint8_t> bytes;
    TimePoint time;
  };
  std::vector<Kept> frames;

  void add(const Frame& frame) {
    frames.push_back({{frame.bytes.begin(), frame.bytes.end()}, frame.time});
  }

  [[nodiscard]] std::vector<FoundTrace> read(const Selection& selection = {}) const {
    std::vector<FoundTrace> found;
    TraceFinder finder(selection, [&](const FoundTrace& one) { found.push_back(one); });
    for (const auto& [bytes, time] : frames) {
      finder.take({.bytes = bytes,
                   .original_length = static_cast<std::uint32_t>(bytes.size()),
                   .time = time});
    }
    finder.finish();
    return found;
  }
};

/// All RTTs on the path, hop by hop, in nanoseconds; "*" for a probe without an answer.
std::string rtts_of(const Trace& trace) {
  std::string text;
  for (const Hop& hop : trace.path()) {
    if (trace.verdict.state != State::silent && hop.ttl == trace.verdict.ttl) break;
    text += std::to_string(hop.ttl.value) + ":";
    for (const ProbeRecord& probe : hop.probes) {
      if (probe.voided) continue;
      const Reply* answer = probe.answer();
      text += answer != nullptr && answer->rtt ? " " + std::to_string(answer->rtt->count()) : " *";
    }
    text += "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("random networks: a recording read back gives the same hops, RTTs and verdict") {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    const auto network = simtest::make_network(seed);
    Recording recording;
    simtest::Options options;
    options.seed = seed;
    options.strategy.anti_flood = seed % 2 == 0;
    options.tag_mode = static_cast<TagMode>(seed % 3);
    options.record = [&](const Frame& frame) { recording.add(frame); };
    const auto run = simtest::run_in(network.toml, simtest::random_target, 80, options);
    const auto found = recording.read();
    CAPTURE(seed);
    CAPTURE(network.toml);
    REQUIRE(found.size() == 1);
    CHECK(simtest::verdict_of(found[0].trace) == simtest::verdict_of(run.trace()));
    CHECK(found[0].trace.verdict.rtt == run.trace().verdict.rtt);
    CHECK(simtest::hops_of(found[0].trace) == simtest::hops_of(run.trace()));
    CHECK(rtts_of(found[0].trace) == rtts_of(run.trace()));
    CHECK(found[0].trace.syns_sent == run.trace().syns_sent);
  }
}

TEST_CASE("several ports, interleaved: each is found, and a selection leaves the others out") {
  Recording recording;
  simtest::Options options;
  options.last_port = 90;
  options.record = [&](const Frame& frame) { recording.add(frame); };
  const auto network = simtest::make_network(4);
  const auto run = simtest::run_in(network.toml, simtest::random_target, 70, options);
  auto found = recording.read();
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a.trace.target.port < b.trace.target.port; });
  REQUIRE(found.size() == run.traces.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    CHECK(simtest::verdict_of(found[i].trace) == simtest::verdict_of(run.traces[i]));
    CHECK(simtest::hops_of(found[i].trace) == simtest::hops_of(run.traces[i]));
  }
  CHECK(recording.read({.first_port = Port{75}, .last_port = Port{77}}).size() == 3);
  CHECK(recording.read({.target = Address(1)}).empty());
}

TEST_CASE("hops asked again because their silence was in doubt read as the run showed them") {
  const std::string network = R"(
[router.a]
address = "10.0.0.1"
icmp_limit = {rate = 1, burst = 6}
[router.b]
address = "10.0.0.2"
drop = [72, 74, 88]
[router.c]
address = "10.0.0.3"
[[host]]
address = "198.51.100.1"
open = ["70-90"]
[[route]]
to = "198.51.100.1"
via = ["a", "b", "c"]
rtt = 20
)";
  Recording recording;
  simtest::Options options;
  options.last_port = 90;
  options.strategy.probes_per_hop = 1;
  options.record = [&](const Frame& frame) { recording.add(frame); };
  const auto run = simtest::run_in(network, "198.51.100.1", 70, options);
  auto found = recording.read();
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a.trace.target.port < b.trace.target.port; });
  REQUIRE(found.size() == run.traces.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    CAPTURE(i);
    CHECK(simtest::verdict_of(found[i].trace) == simtest::verdict_of(run.traces[i]));
    CHECK(rtts_of(found[i].trace) == rtts_of(run.traces[i]));
  }
}

TEST_CASE("two traces to one port, one after the other, are two, even of the very same SYNs") {
  std::uint64_t second_seed = 0;
  SUBCASE("other SYNs") {
    second_seed = 2;
  }
  SUBCASE("the same SYNs") {
    second_seed = 1;
  }
  Recording recording;
  simtest::Options options;
  const auto network = simtest::make_network(4);
  Duration later{};
  TimePoint last{};
  options.record = [&](const Frame& frame) {
    Frame moved = frame;
    moved.time += later;
    last = moved.time;
    recording.add(moved);
  };
  simtest::run_in(network.toml, simtest::random_target, 80, options);
  const auto first_end = last;
  later = std::chrono::seconds(20);
  options.seed = second_seed;
  simtest::run_in(network.toml, simtest::random_target, 80, options);
  const auto found = recording.read();
  REQUIRE(found.size() == 2);
  CHECK(found[1].trace.started > first_end);
  CHECK(simtest::verdict_of(found[0].trace) == simtest::verdict_of(found[1].trace));
  CHECK(found[0].trace.syns_sent == found[1].trace.syns_sent);
}
