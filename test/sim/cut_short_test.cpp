// Runs that end before they are done: by an error of the link, or because the user wants it.

#include "../idle_observer.hpp"
#include "identity/remembered.hpp"
#include "prober/packet_prober.hpp"

#include <tracetcp/engine.hpp>
#include <tracetcp/error.hpp>
#include <tracetcp/sim.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace tracetcp;

namespace {

constexpr const char* network_text = R"(
[router.r1]
address = "10.0.0.1"
[router.r2]
address = "10.0.0.2"
[[host]]
address = "198.51.100.1"
open = [80]
[[route]]
to = "198.51.100.1"
via = ["r1", "r2"]
)";

/// Goes down after some SYNs.
class FailingLink final : public Link {
 public:
  FailingLink(std::unique_ptr<Link> link, int syns) : link_(std::move(link)), left_(syns) {}

  TimePoint now() override { return link_->now(); }
  void send(std::span<const Bytes> packets) override {
    left_ -= static_cast<int>(packets.size());
    if (left_ < 0) throw Error("the link is down");
    link_->send(packets);
  }
  std::span<const Frame> wait(TimePoint until) override { return link_->wait(until); }
  LinkStats stats() override { return link_->stats(); }

 private:
  std::unique_ptr<Link> link_;
  int left_;
};

struct Finished final : IdleObserver {
  void finished(const Trace& trace) override { traces.push_back(trace); }

  std::vector<Trace> traces;
};

struct Ended {
  std::vector<Trace> traces;
  bool threw = false;
};

Ended run_until(int syns, bool all_paths, bool interrupted) {
  const auto network = parse_network(network_text, "test");
  FailingLink link(make_simulated_link(network, 1), syns);
  const PortBlock ports{Port{40001}, all_paths ? most_flows : std::uint16_t{1}};
  PacketProber prober(
      link, std::make_unique<RememberedIdentity>(1, network->source(Family::ipv4), ports,
                                                 all_paths ? TagMode::flow : TagMode::id));
  const Strategy strategy;
  const Job job{*Address::parse("198.51.100.1"), PortList(Port{80})};
  Finished observer;
  Tally late;
  Ended ended;
  const auto asks = [&] { return interrupted; };
  try {
    if (all_paths) {
      run_paths(prober, strategy, job, {network->source(Family::ipv4), ports.first}, observer, asks,
                late);
    } else {
      run(prober, strategy, job, observer, asks, late);
    }
  } catch (const Error&) {
    ended.threw = true;
  }
  ended.traces = observer.traces;
  return ended;
}

}  // namespace

TEST_CASE("a trace that an error ends is reported, and was not interrupted") {
  for (const bool all_paths : {false, true}) {
    for (const int syns : {0, 1, 2, 5, 8, 20}) {
      CAPTURE(all_paths);
      CAPTURE(syns);
      const Ended ended = run_until(syns, all_paths, false);
      if (!ended.threw) continue;  // that many were enough
      REQUIRE(ended.traces.size() == 1);
      CHECK(ended.traces[0].failed);
      CHECK_FALSE(ended.traces[0].interrupted);
      CHECK(ended.traces[0].paths.has_value() == all_paths);
    }
  }
}

TEST_CASE("a run that is interrupted before it begins is a trace of which nothing is known") {
  for (const bool all_paths : {false, true}) {
    CAPTURE(all_paths);
    const Ended ended = run_until(1000, all_paths, true);
    REQUIRE(ended.traces.size() == 1);
    CHECK(ended.traces[0].interrupted);
    CHECK_FALSE(ended.traces[0].failed);
    CHECK(ended.traces[0].verdict.state == State::incomplete);
    CHECK(ended.traces[0].hops.empty());
  }
}
