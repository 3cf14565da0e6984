// Whole traces where the way the probes are told apart matters. What must come out is told by the
// network in each test.

#include "tracing.hpp"

#include <tracetcp/diagnose.hpp>
#include <tracetcp/sentences.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace tracetcp;
using simtest::hops_of;
using simtest::run_in;
using simtest::verdict_of;

namespace scenario_test {
namespace {

/// Three routers before the target; `second` is what the second of them does, `host` the target.
std::string path(const std::string& second, const std::string& host) {
  return R"(
[router.a]
address = "10.0.0.1"
[router.b]
address = "10.0.0.2"
)" + second +
         R"(
[router.c]
address = "10.0.0.3"
quote = 8
[[host]]
address = "198.51.100.1"
)" + host +
         R"(
[[route]]
to = "198.51.100.1"
via = ["a", "b", "c"]
rtt = 40
)";
}

const std::string target = "198.51.100.1";
const std::string all_hops = "1 10.0.0.1, 2 10.0.0.2, 3 10.0.0.3";

}  // namespace

TEST_CASE("a NAT that rewrites IP ids: probes get ISNs of their own, and all is found") {
  const auto network =
      path("nat = {source = \"203.0.113.9\", ip_id = true, restore_quotes = false}", "open = [80]");
  const auto run = run_in(network, target, 80);
  CHECK(verdict_of(run.trace()) == "open 4 198.51.100.1");
  CHECK(hops_of(run.trace()) == all_hops);
  CHECK(run.trace().unattributed > 0);  // the short quotes of hop 3, before it was known
}

TEST_CASE("a firewall that drops a changed ISN lets the default tags pass") {
  const auto network = path("stateful = true", "open = [80]");
  CHECK(verdict_of(run_in(network, target, 80).trace()) == "open 4 198.51.100.1");
  simtest::Options isn;
  isn.tag_mode = TagMode::isn;
  CHECK(verdict_of(run_in(network, target, 80, isn).trace()) != "open 4 198.51.100.1");
}

// Linux and RFC 9293, section 3.10.7.3, take no RST in SYN-SENT but one that acknowledges ISN+1.
TEST_CASE("a RST that acknowledges the ISN itself leaves the port silent, and is told") {
  const auto network = path("", "closed = [80]\nreset_ack = \"isn\"");
  const Trace trace = run_in(network, target, 80).trace();
  CHECK(verdict_of(trace) == "silent 3 10.0.0.3");
  CHECK(trace.strays.count(StrayKind::reset_of_another) > 0);
  CHECK(sentence(trace) ==
        "No usable answer beyond hop 3 (10.0.0.3): a RST from 198.51.100.1 that acknowledges "
        "another sequence number.");
}

TEST_CASE("a forged RST refuses the connection, but does not hide the open port behind it") {
  const auto network = path("inject_reset = [80]", "open = [80]");
  for (const bool anti_flood : {true, false}) {
    simtest::Options options;
    options.strategy.anti_flood = anti_flood;
    const auto run = run_in(network, target, 80, options);
    CHECK(verdict_of(run.trace()) == "closed 4 198.51.100.1");
    CHECK(hops_of(run.trace()) == all_hops);
    const Diagnosis found = diagnose(digest(run.trace()), {});
    CHECK(found.answered_by == AnsweredBy::forged_reset);
    REQUIRE(found.findings.size() == 1);
    CHECK(text(found.findings.front()) ==
          "a RST is forged at hop 2 (10.0.0.2) in the name of 198.51.100.1, while the SYN goes on "
          "and is accepted with a "
          "SYN-ACK");
  }
}

TEST_CASE("without anti-flood a RST is made sure of while its hop is still asked for") {
  simtest::Options options;
  options.strategy.anti_flood = false;
  const Trace trace = run_in(path("", "closed = [80]"), target, 80, options).trace();
  CHECK(verdict_of(trace) == "closed 4 198.51.100.1");
  REQUIRE(trace.checks.size() == 1);
  // The SYN whose RST names the hop; those before it were answered alike.
  const auto& probes = trace.hops.at(3).probes;
  const auto placed = std::find_if(probes.begin(), probes.end(), [](const ProbeRecord& probe) {
    return probe.answer() != nullptr;
  });
  REQUIRE(placed != probes.end());
  CHECK(trace.checks.front().sent <= placed->sent);
}

TEST_CASE("a port that has to be waited for keeps none of those behind it from being traced") {
  simtest::Options options;
  options.last_port = 200;
  options.strategy = {.probes_per_hop = 1, .anti_flood = false};
  const auto run = run_in(path("", "silent = [1]\notherwise = \"closed\""), target, 1, options);
  REQUIRE(run.traces.size() == 200);
  CHECK(run.traces.front().verdict.state == State::silent);
  CHECK(run.traces.back().verdict.state == State::closed);
  CHECK(run.traces.back().started < run.traces.front().ended);
}

TEST_CASE("the last hop forges a RST and lets the SYN pass: closed, and the SYN-ACK is told") {
  const std::string network = R"(
[[host]]
address = "198.51.100.1"
open = [80]
[router.ips]
address = "10.0.0.2"
inject_reset = [80]
[[route]]
to = "198.51.100.1"
via = ["192.168.0.1", "10.0.0.1", "ips"]
)";
  for (const TagMode mode : {TagMode::id, TagMode::isn, TagMode::port}) {
    simtest::Options options;
    options.tag_mode = mode;
    const auto run = run_in(network, target, 80, options);
    CHECK(verdict_of(run.trace()) == "closed 4 198.51.100.1");
    const Diagnosis found = diagnose(digest(run.trace()), {});
    CHECK(found.answered_by == AnsweredBy::forged_reset);
    CHECK(found.at == Place{Ttl{3}, *Address::parse("10.0.0.2")});
    REQUIRE(found.findings.size() == 1);
    CHECK(found.findings.front().kind() == FindingKind::contradiction);
  }
}

TEST_CASE("source quench and redirect are noted, and end nothing") {
  const auto network = path(
      "source_quench = [80]\nredirect = [{ports = [80], gateway = \"10.0.0.7\"}]", "open = [80]");
  const auto run = run_in(network, target, 80);
  CHECK(verdict_of(run.trace()) == "open 4 198.51.100.1");
  CHECK(hops_of(run.trace()) == all_hops);
  const auto& notices = run.trace().notices.different();
  REQUIRE(notices.size() == 2);
  CHECK(notices[0].from == *Address::parse("10.0.0.2"));
  CHECK(notices[0].icmp.type == 4);
  CHECK(notices[1].from == *Address::parse("10.0.0.2"));
  CHECK(notices[1].icmp.type == 5);
  CHECK(notices[1].gateway == *Address::parse("10.0.0.7"));
  CHECK(notices[1].count > 1);
}

TEST_CASE("a parameter problem discards the SYN: it ends the path as any other rejection") {
  const auto network =
      path("reject = [{ports = [80], with = \"parameter-problem\"}]", "open = [80]");
  const Trace trace = run_in(network, target, 80).trace();
  CHECK(verdict_of(trace) == "rejected 3 10.0.0.2");
  CHECK(trace.verdict.icmp.type == 12);
  CHECK(trace.notices.empty());
  CHECK(sentence(trace) ==
        "10.0.0.2 at hop 2 rejects port 80: parameter problem: bad header field.");
  const Reply* answer = trace.hops.at(2).probes.at(0).answer();
  REQUIRE(answer != nullptr);
  CHECK(name(answer->kind) == "unreachable");
  simtest::Options paths;
  paths.all_paths = true;
  const auto nodes = run_in(network, target, 80, paths).trace().paths->nodes;
  REQUIRE_FALSE(nodes.empty());
  CHECK(nodes.back().reply == ReplyKind::unreachable);
  CHECK(nodes.back().icmp.type == 12);
}

TEST_CASE("the MPLS labels of a hop reach the trace") {
  const auto run = run_in(path("mpls = [24001, 17]", "open = [80]"), target, 80);
  const Reply* reply = run.trace().hops.at(1).probes.at(0).answer();
  REQUIRE(reply != nullptr);
  REQUIRE(reply->mpls.size() == 2);
  CHECK(reply->mpls[0].label == 24001);
  CHECK(reply->mpls[1].label == 17);
  CHECK(reply->mpls[1].bottom);
}

TEST_CASE("duplicated and reordered replies are counted and change nothing") {
  const auto network = path("duplicate = 1.0\nreorder = {chance = 0.5, delay = 20}", "open = [80]");
  const auto run = run_in(network, target, 80);
  CHECK(verdict_of(run.trace()) == "open 4 198.51.100.1");
  CHECK(hops_of(run.trace()) == all_hops);
  CHECK(run.ignored.of(Reason::duplicate) > 0);
}

TEST_CASE("equal-cost paths: one flow stays on one path, own source ports mix them") {
  const std::string network = R"(
[router]
a = {address = "10.0.0.1"}
b1 = {address = "10.0.1.1"}
b2 = {address = "10.0.1.2"}
b3 = {address = "10.0.1.3"}
c = {address = "10.0.0.3"}
[[host]]
address = "198.51.100.1"
open = [80]
[[route]]
to = "198.51.100.1"
via = ["a", [["b1"], ["b2"], ["b3"]], "c"]
)";
  const auto responders = [](const Trace& trace) {
    std::vector<Address> all;
    for (const auto& probe : trace.hops.at(1).probes) {
      if (probe.answer() != nullptr) all.push_back(probe.answer()->from);
    }
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all.size();
  };
  simtest::Options by_port;
  by_port.tag_mode = TagMode::port;
  bool mixed = false;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    simtest::Options options;
    options.seed = by_port.seed = seed;
    CHECK(responders(run_in(network, target, 80, options).trace()) == 1);
    mixed = mixed || responders(run_in(network, target, 80, by_port).trace()) > 1;
  }
  CHECK(mixed);
}

TEST_CASE("a host that is down: silent by default, the last router's word with patience") {
  const auto network = path("", "down = true");
  CHECK(verdict_of(run_in(network, target, 80).trace()) == "silent 3 10.0.0.3");
  simtest::Options options;
  options.strategy.patient = true;
  CHECK(verdict_of(run_in(network, target, 80, options).trace()) == "rejected 4 10.0.0.3");
}

TEST_CASE("a port scan: every port has its own verdict") {
  const auto network = path("drop = [\"25-29\"]", "open = [21, 23, 80]\notherwise = \"closed\"");
  simtest::Options options;
  options.strategy = {.first_ttl = Ttl{128}, .max_hops = 1, .probes_per_hop = 1};
  options.last_port = 100;
  const auto run = run_in(network, target, 1, options);
  REQUIRE(run.traces.size() == 100);
  for (const Trace& trace : run.traces) {
    const int port = trace.target.port.value;
    const bool open = port == 21 || port == 23 || port == 80;
    const bool dropped = port >= 25 && port <= 29;
    const State expected = open ? State::open : dropped ? State::silent : State::closed;
    CAPTURE(port);
    CHECK(trace.verdict.state == expected);
  }
}

TEST_CASE("the same seed sends the same and finds the same; another one does not") {
  const auto network = path("loss = 0.2\nrtt = {mean = 10, jitter = 5}", "open = [80]");
  const auto rtts = [&](std::uint64_t seed) {
    simtest::Options options;
    options.seed = seed;
    std::vector<std::pair<TimePoint, std::optional<Duration>>> all;
    const auto run = run_in(network, target, 80, options);
    for (const Hop& hop : run.trace().hops) {
      for (const auto& probe : hop.probes) {
        all.emplace_back(probe.sent, probe.answer() ? probe.answer()->rtt : std::nullopt);
      }
    }
    return all;
  };
  CHECK(rtts(7) == rtts(7));
  CHECK(rtts(7) != rtts(8));
}

}  // namespace scenario_test
