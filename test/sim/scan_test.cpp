// Port scans of random hosts, by the whole engine. What must come out is told by how the host was
// made.

#include "../idle_observer.hpp"
#include "tracing.hpp"

#include <tracetcp/scan.hpp>
#include <tracetcp/sim.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <sstream>
#include <string>

using namespace tracetcp;
using namespace std::chrono_literals;

namespace {

constexpr const char* scanned = "198.51.100.1";
constexpr int first_port = 1000;

struct Scanned {
  std::map<int, Trace> ports;
  std::vector<int> order;
  ScanProgress progress;
  Tally ignored;
};

struct PortCollector final : IdleObserver {
  void finished(const Trace& trace) override {
    into.order.push_back(trace.target.port.value);
    into.ports.emplace(trace.target.port.value, trace);
  }

  explicit PortCollector(Scanned& to) : into(to) {}
  Scanned& into;
};

Scanned scan_in_network(const std::string& toml, int ports, std::uint64_t seed,
                        const Strategy& strategy, int steps = 0) {
  const auto network = parse_network(toml, "test");
  const auto link = make_simulated_link(network, seed);
  Scanned result;
  PortCollector collector(result);
  int step = 0;
  scan(*link, {.source = network->source(Family::ipv4), .first_port = Port{40001}, .seed = seed},
       strategy,
       {.target = *Address::parse(scanned),
        .ports =
            PortList(Port{first_port}, Port{static_cast<std::uint16_t>(first_port + ports - 1)})},
       collector,
       {.interrupted = [&] { return steps != 0 && ++step > steps; },
        .progress = [&](const ScanProgress& progress) { result.progress = progress; },
        .ignored = result.ignored});
  return result;
}

Strategy far_ttl_once(bool anti_flood) {
  return {.first_ttl = Ttl{128}, .max_hops = 1, .probes_per_hop = 1, .anti_flood = anti_flood};
}

struct RandomHost {
  std::string toml;
  std::map<int, std::string> truth;  ///< state and who says so
};

/// `keys` are those of the router on the way.
RandomHost make_host(std::uint64_t seed, int ports, const std::string& keys) {
  std::mt19937_64 random(seed);
  std::ostringstream open;
  std::ostringstream closed;
  std::ostringstream rejected;
  std::ostringstream dropped;
  std::ostringstream forged;
  RandomHost host;
  for (int port = first_port; port < first_port + ports; ++port) {
    switch (random() % 6) {
      case 0:
        open << port << ", ";
        host.truth[port] = "open 198.51.100.1";
        break;
      case 1:
      case 2:
        closed << port << ", ";
        host.truth[port] = "closed 198.51.100.1";
        break;
      case 3:
        rejected << "{ports = " << port << ", with = \"admin-prohibited\"}, ";
        host.truth[port] = "rejected 10.0.0.2";
        break;
      case 4:
        forged << "{ports = " << port << ", with = \"tcp-reset\"}, ";
        host.truth[port] = "closed 198.51.100.1";
        break;
      default:
        if (random() % 2 == 0) dropped << port << ", ";
        host.truth[port] = "silent -";
    }
  }
  std::ostringstream toml;
  toml << "[router.r1]\naddress = \"10.0.0.1\"\n"
       << keys << "\n[router.r2]\naddress = \"10.0.0.2\"\n"
       << "drop = [" << dropped.str() << "]\nreject = [" << rejected.str() << forged.str() << "]\n"
       << "[[host]]\naddress = \"" << scanned << "\"\nopen = [" << open.str() << "]\nclosed = ["
       << closed.str() << "]\n[[route]]\nto = \"" << scanned
       << "\"\nvia = [\"r1\", \"r2\"]\nrtt = " << 1 + random() % 120 << "\n";
  host.toml = toml.str();
  return host;
}

std::string state_of(const Trace& trace) {
  return std::string(name(trace.verdict.state)) + " " +
         (trace.verdict.from ? trace.verdict.from->text() : "-");
}

}  // namespace

TEST_CASE("scans of random hosts: every port is what it is, in order, and the SYNs are few") {
  for (std::uint64_t seed = 1; seed <= simtest::tries(60); ++seed) {
    const int ports = 400;
    const auto host =
        make_host(seed, ports, "duplicate = 0.2\nreorder = {chance = 0.2, delay = 3}");
    const auto result = scan_in_network(host.toml, ports, seed, far_ttl_once(seed % 2 == 0));
    CAPTURE(seed);
    REQUIRE(result.order.size() == static_cast<std::size_t>(ports));
    CHECK(std::is_sorted(result.order.begin(), result.order.end()));
    for (const auto& [port, trace] : result.ports) {
      const int at = port;
      CAPTURE(at);
      CHECK(state_of(trace) == host.truth.at(port));
      CHECK(trace.syns_sent == (trace.verdict.state == State::silent ? 2 : 1));
    }
    CHECK(result.progress.lost == 0);
    CHECK(result.progress.settled == ports);
  }
}

TEST_CASE("scans over a path that loses a tenth each way: nothing false, next to nothing missed") {
  std::uint64_t answering = 0;
  std::uint64_t missed = 0;
  const std::uint64_t hosts = simtest::tries(30);
  for (std::uint64_t seed = 1; seed <= hosts; ++seed) {
    const int ports = 600;
    const auto host = make_host(seed, ports, "loss = {forward = 0.1, back = 0.1}\nduplicate = 0.1");
    const auto result = scan_in_network(host.toml, ports, seed, far_ttl_once(seed % 2 == 0));
    CAPTURE(seed);
    REQUIRE(result.order.size() == static_cast<std::size_t>(ports));
    for (const auto& [port, trace] : result.ports) {
      const std::string& truth = host.truth.at(port);
      if (truth != "silent -") ++answering;
      if (truth != "silent -" && trace.verdict.state == State::silent) {
        ++missed;
        continue;
      }
      const int at = port;
      CAPTURE(at);
      CHECK(state_of(trace) == truth);
    }
    CHECK(result.progress.lost > 0);
  }
  CAPTURE(missed);
  CHECK(answering > 333 * hosts);
  CHECK(missed * 1000 <= answering);
}

TEST_CASE("a scan's round-trip times are those of the path, whatever the try that was answered") {
  const auto host = make_host(3, 300, "loss = {forward = 0.2, back = 0}");
  const auto result = scan_in_network(host.toml, 300, 3, far_ttl_once(true));
  std::optional<Duration> rtt;
  bool second_try = false;
  for (const auto& [port, trace] : result.ports) {
    if (trace.verdict.state != State::open) continue;
    if (!rtt) rtt = trace.verdict.rtt;
    second_try = second_try || trace.syns_sent > 1;
    CHECK(trace.verdict.rtt == rtt);
  }
  CHECK(rtt);
  CHECK(second_try);
}

TEST_CASE("a far TTL that a router loops away is told as what it is, not as a port") {
  const auto result = scan_in_network(
      "[router.loop]\naddress = \"10.0.0.9\"\nset_ttl = 1\n[router.next]\naddress = \"10.0.0.10\"\n"
      "[[host]]\naddress = \"198.51.100.1\"\nopen = [\"1-65535\"]\n"
      "[[route]]\nto = \"198.51.100.1\"\nvia = [\"loop\", \"next\"]\n",
      3, 1, far_ttl_once(true));
  for (const auto& [port, trace] : result.ports) CHECK(state_of(trace) == "incomplete 10.0.0.10");
}

TEST_CASE("a RST and then a SYN-ACK to the SYN of a scan: closed, and the contradiction is told") {
  for (const bool anti_flood : {true, false}) {
    const auto result = scan_in_network(
        "[router.ips]\naddress = \"10.0.0.2\"\ninject_reset = [1000, 1002]\n"
        "[[host]]\naddress = \"198.51.100.1\"\nopen = [\"1-65535\"]\n"
        "[[route]]\nto = \"198.51.100.1\"\nvia = [\"10.0.0.1\", \"ips\", \"10.0.0.3\"]\nrtt = 40\n",
        4, 1, far_ttl_once(anti_flood));
    for (const auto& [port, trace] : result.ports) {
      const bool is_refused = port == 1000 || port == 1002;
      CHECK(state_of(trace) == (is_refused ? "closed 198.51.100.1" : "open 198.51.100.1"));
      CHECK(trace.diagnosis.findings.size() == (is_refused ? 1 : 0));
    }
    CHECK(result.order == std::vector{1000, 1001, 1002, 1003});
  }
}

TEST_CASE("a scan that is interrupted hands over the ports that have answered, in order") {
  const auto host = make_host(5, 2000, "");
  const auto result = scan_in_network(host.toml, 2000, 5, far_ttl_once(true), 300);
  CHECK(result.order.size() > 10);
  CHECK(result.order.size() < 2000);
  CHECK(std::is_sorted(result.order.begin(), result.order.end()));
  for (const auto& [port, trace] : result.ports) CHECK(state_of(trace) == host.truth.at(port));
}

TEST_CASE("the same scan twice is the same, to the nanosecond") {
  const auto host = make_host(6, 300, "loss = 0.1");
  const auto once = scan_in_network(host.toml, 300, 6, far_ttl_once(true));
  const auto again = scan_in_network(host.toml, 300, 6, far_ttl_once(true));
  CHECK(once.progress.syns_sent == again.progress.syns_sent);
  CHECK(once.progress.now == again.progress.now);
  for (const auto& [port, trace] : once.ports) {
    CHECK(trace.ended == again.ports.at(port).ended);
    CHECK(trace.verdict.rtt == again.ports.at(port).verdict.rtt);
  }
}
