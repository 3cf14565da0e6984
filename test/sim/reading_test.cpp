// What the reader of captures finds in the frames of a run must be what that run found.

#include "middlebox_network.hpp"
#include "random_network.hpp"
#include "tracing.hpp"

#include <tracetcp/diagnose.hpp>
#include <tracetcp/reading.hpp>
#include <tracetcp/sentences.hpp>

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

std::string text_of(const Place& place) {
  return (place.ttl ? std::to_string(place.ttl->value) : "-") + " " +
         (place.address ? place.address->text() : "-");
}

std::string text_of(const std::vector<Observation>& evidence) {
  std::string all;
  for (const Observation& seen : evidence) {
    all += "  " + std::to_string(seen.port.value) + " " + std::to_string(seen.ttl.value) + " " +
           std::to_string(seen.probe) + " " + text(seen) + "\n";
  }
  return all;
}

/// All that the diagnosis of a trace says, in the light of the others.
std::string told_of(const Trace& trace, const std::vector<Digest>& others) {
  const Diagnosis diagnosis = diagnose(digest(trace), others);
  std::string all = std::string(name(diagnosis.answered_by)) + ", " +
                    std::string(name(diagnosis.confidence)) + ", " + text_of(diagnosis.at) + "\n" +
                    text_of(diagnosis.evidence);
  for (const Finding& finding : diagnosis.findings) {
    all += std::string(name(finding.kind())) + ", " + std::string(name(finding.confidence)) + ", " +
           text_of(finding.at) + ": " + text(finding) + "\n" + text_of(finding.evidence);
  }
  return all;
}

std::vector<Digest> digests_of(const std::vector<Trace>& traces) {
  std::vector<Digest> digests;
  for (const Trace& trace : traces) digests.push_back(digest(trace));
  return digests;
}

}  // namespace

TEST_CASE("networks with middleboxes: a recording tells what the run told of who did what, where") {
  std::size_t said = 0;
  const std::uint64_t networks = simtest::tries(200);
  for (std::uint64_t seed = 1; seed <= networks; ++seed) {
    const auto network = simtest::make_boxed_network(seed);
    Recording recording;
    simtest::Options options;
    options.seed = seed;
    options.last_port = simtest::last_boxed_port;
    options.record = [&](const Frame& frame) { recording.add(frame); };
    auto run =
        simtest::run_in(network.toml, simtest::boxed_target, simtest::first_boxed_port, options);
    if (run.ignored.of(Reason::late) != 0) continue;  // a recording has what came too late, too
    std::vector<Trace> found;
    for (FoundTrace& one : recording.read()) found.push_back(std::move(one.trace));
    const auto by_port = [](const Trace& a, const Trace& b) {
      return a.target.port < b.target.port;
    };
    std::sort(found.begin(), found.end(), by_port);
    std::sort(run.traces.begin(), run.traces.end(), by_port);
    CAPTURE(seed);
    CAPTURE(network.toml);
    REQUIRE(found.size() == run.traces.size());
    const auto told = digests_of(found);
    const auto wanted = digests_of(run.traces);
    for (std::size_t i = 0; i < found.size(); ++i) {
      CAPTURE(i);
      CHECK(simtest::verdict_of(found[i]) == simtest::verdict_of(run.traces[i]));
      CHECK(told_of(found[i], told) == told_of(run.traces[i], wanted));
      said += told[i].findings.size();
    }
  }
  CHECK(said > networks);  // else the networks are too dull to prove anything
}

TEST_CASE("random networks: a recording read back gives the same hops, RTTs and verdict") {
  for (std::uint64_t seed = 1; seed <= simtest::tries(300); ++seed) {
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
  CHECK(recording.read({.ports = PortList(Port{75}, Port{77})}).size() == 3);
  const Address traced = run.traces.front().target.address;
  CHECK(recording.read({.targets = {Address(1), traced}}).size() == run.traces.size());
  CHECK(recording.read({.targets = {Address(1)}}).empty());
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
