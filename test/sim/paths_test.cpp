// All paths, in networks whose files say what they are.

#include "multipath/stopping_rule.hpp"
#include "random_diamonds.hpp"
#include "tracing.hpp"

#include <tracetcp/diagnose.hpp>
#include <tracetcp/sentences.hpp>

#include <doctest/doctest.h>

#include <cstdlib>
#include <map>
#include <set>

using namespace simtest;
using namespace tracetcp;

namespace {

Trace paths_in(const std::string& network, const Strategy& strategy = {}) {
  Options options{.strategy = strategy, .all_paths = true};
  Trace trace = run_in(network, "198.51.100.1", 80, options).trace();
  trace.diagnosis = diagnose(digest(trace), {});
  return trace;
}

/// One way to 198.51.100.1, port 80, after `routers`.
std::string network(const std::string& via, const std::string& routers = "") {
  return routers + "[[host]]\naddress = \"198.51.100.1\"\nopen = [80]\n" +
         "[[route]]\nto = \"198.51.100.1\"\nvia = " + via + "\n";
}

DiamondNetwork::Truth next_of(const Trace& trace) {
  DiamondNetwork::Truth next;
  std::string edges = edges_of(trace) + ", ";
  for (std::size_t at = 0; at < edges.size();) {
    const std::size_t end = edges.find(", ", at);
    const std::string edge = edges.substr(at, end - at);
    const std::size_t arrow = edge.find('>');
    next[edge.substr(0, arrow)].insert(edge.substr(arrow + 1));
    at = end + 2;
  }
  return next;
}

int networks_to_try() {
  const char* more = std::getenv("TRACETCP_NETWORKS");
  return more == nullptr ? static_cast<int>(simtest::tries(200)) : std::atoi(more);
}

std::string told(const Trace& trace) {
  std::string lines;
  for (const std::string& line : finding_lines(trace)) lines += line + '\n';
  return lines;
}

}  // namespace

TEST_CASE(
    "in random networks of load balancers next hops are found as the stopping rule promises") {
  int nodes = 0;
  int right = 0;
  int forks = 0;
  int forks_right = 0;
  int all_right = 0;
  int exhausted = 0;
  double syns = 0;
  double needed = 0;
  const int networks = networks_to_try();
  for (int seed = 1; seed <= networks; ++seed) {
    const DiamondNetwork truth = make_diamonds(static_cast<std::uint64_t>(seed));
    const Trace trace = paths_in(truth.toml);
    CAPTURE(seed);
    CAPTURE(truth.toml);
    const auto found = next_of(trace);
    bool all = found.size() == truth.next.size();
    for (const auto& [node, next] : found) {
      REQUIRE(truth.next.contains(node));
      const auto& true_next = truth.next.at(node);
      for (const std::string& one : next) CHECK(true_next.contains(one));  // no edge is made up
      ++nodes;
      right += next == true_next ? 1 : 0;
      all = all && next == true_next;
      forks += true_next.size() > 1 ? 1 : 0;
      forks_right += true_next.size() > 1 && next == true_next ? 1 : 0;
      needed += stopping_point(static_cast<int>(next.size()));
    }
    all_right += all ? 1 : 0;
    syns += trace.syns_sent;
    exhausted += trace.paths->exhausted ? 1 : 0;
    CHECK(trace.paths->complete == !trace.paths->exhausted);
    for (const PathNode& node : trace.paths->nodes) CHECK_FALSE(node.per_packet);
  }
  MESSAGE(networks << " networks: all next hops of " << right << " of " << nodes << " nodes, "
                   << forks_right << " of " << forks << " that fork; all of " << all_right
                   << " networks, " << exhausted
                   << " of them had too few flows; SYNs by what the rule needs: " << syns / needed);
  CHECK(right >= 0.95 * nodes);
  CHECK(forks_right >= 0.95 * forks);
  CHECK(exhausted <= 0.05 * networks);
}

TEST_CASE("a path without load balancers is asked by six flows, and no more") {
  const Trace trace = paths_in(network(R"(["10.0.0.1", "10.0.0.2", "10.0.0.3"])"));
  CHECK(edges_of(trace) ==
        "0 start>10.0.0.1, 1 10.0.0.1>10.0.0.2, 2 10.0.0.2>10.0.0.3, 3 10.0.0.3>syn-ack "
        "198.51.100.1");
  CHECK(trace.paths->flows == 6);
  for (const PathNode& node : trace.paths->nodes) CHECK(node.flows.size() == 6);
  CHECK(trace.paths->diamonds.empty());
  CHECK(trace.paths->paths == 1);
  CHECK(trace.paths->complete);
  CHECK(verdict_of(trace) == "open 4 198.51.100.1");
}

TEST_CASE("a diamond has the node where paths part, that where they meet, and what lies between") {
  const Trace trace = paths_in(network(
      R"(["10.0.0.1", [["10.1.0.1", "10.1.0.2"], ["10.2.0.1"], ["10.3.0.1"]], "10.9.0.1"])"));
  REQUIRE(trace.paths->diamonds.size() == 1);
  const Diamond& diamond = trace.paths->diamonds.front();
  CHECK(trace.paths->nodes[diamond.from].address->text() == "10.0.0.1");
  REQUIRE(diamond.to);
  CHECK(trace.paths->nodes[*diamond.to].address->text() == "10.9.0.1");
  CHECK(diamond.first.value == 2);
  CHECK(diamond.last.value == 3);
  CHECK(diamond.paths == 3);
  CHECK(diamond.width == 3);
  CHECK(diamond.length == 3);
  CHECK(diamond.shortest == 2);
}

TEST_CASE("over IPv6 flow labels are tried where ports change nothing, and only there") {
  const auto paths_by = [](const std::string& by) {
    const std::string network = R"(
[[host]]
address = "2001:db8:1::1"
open = [80]
[[route]]
to = "default"
via = ["2001:db8::1", {branches = [["2001:db8::a"], ["2001:db8::b"]], by = ")" +
                                by + "\"}, \"2001:db8::c\"]";
    const auto run = run_in(network, "2001:db8:1::1", 80, {.seed = 5, .all_paths = true});
    const Multipath& paths = run.traces.at(0).paths.value();
    return std::pair(paths.paths, paths.by_label);
  };
  CHECK(paths_by("flow") == std::pair(std::uint64_t{2}, false));
  CHECK(paths_by("label") == std::pair(std::uint64_t{2}, true));
  CHECK(paths_by("destination") == std::pair(std::uint64_t{1}, false));
}

TEST_CASE("two diamonds in a row multiply the paths") {
  const Trace trace = paths_in(network(
      R"(["10.0.0.1", [["10.1.0.1"], ["10.2.0.1"]], "10.3.0.1", [["10.4.0.1"], ["10.5.0.1"], ["10.6.0.1"]], "10.9.0.1"])"));
  CHECK(trace.paths->diamonds.size() == 2);
  CHECK(trace.paths->paths == 6);
}

TEST_CASE("a firewall on one of two paths is found, with its place") {
  const std::string w1 = "[router.w1]\naddress = \"10.2.0.1\"\n";
  const std::string via = R"(["10.0.0.1", [["10.1.0.1"], ["w1", "10.2.0.2"]], "10.9.0.1"])";
  SUBCASE("that drops") {
    CHECK(told(paths_in(network(via, w1 + "drop = [80]\n"))) ==
          "Port 80: dropped behind hop 2 (10.2.0.1) on 1 of 2 paths, open on others (likely).\n");
  }
  SUBCASE("that rejects") {
    CHECK(told(paths_in(network(via, w1 + "reject = [{ports = [80]}]\n"))) ==
          "Port 80: rejected by hop 2 (10.2.0.1) on 1 of 2 paths, open on others.\n");
  }
  SUBCASE("that is none") {
    CHECK(told(paths_in(network(via, w1))).empty());
  }
}

TEST_CASE("silent hops are nodes of their own, each behind what it follows") {
  const Trace trace = paths_in(network(
      R"(["10.0.0.1", [["10.1.0.1", "*", "10.1.0.3"], ["10.2.0.1", "*", "10.2.0.3"]], "10.9.0.1"])"));
  CHECK(edges_of(trace) ==
        "0 start>10.0.0.1, 1 10.0.0.1>10.1.0.1, 1 10.0.0.1>10.2.0.1, 2 10.1.0.1>*, "
        "2 10.2.0.1>*, 3 *>10.1.0.3, 3 *>10.2.0.3, 4 10.1.0.3>10.9.0.1, "
        "4 10.2.0.3>10.9.0.1, 5 10.9.0.1>syn-ack 198.51.100.1");
  CHECK(trace.paths->paths == 2);
  CHECK(trace.paths->complete);
}

TEST_CASE("a silent branch beside one that answers is found") {
  const Trace trace = paths_in(network(R"(["10.0.0.1", [["10.1.0.1"], ["*"]], "10.9.0.1"])"));
  CHECK(edges_of(trace) ==
        "0 start>10.0.0.1, 1 10.0.0.1>*, 1 10.0.0.1>10.1.0.1, 2 *>10.9.0.1, "
        "2 10.1.0.1>10.9.0.1, 3 10.9.0.1>syn-ack 198.51.100.1");
  CHECK(trace.paths->complete);
}

TEST_CASE("where nothing answers at all the search ends") {
  const Trace trace = paths_in(R"(
[[host]]
address = "198.51.100.1"
[[route]]
to = "198.51.100.1"
via = ["*", "*", "*"]
)");
  CHECK(trace.paths->flows == 6);
  CHECK(trace.syns_sent < 200);
  CHECK(told(trace).empty());
}

TEST_CASE("a router that limits its answers is no load balancer, and seems not to be silent") {
  const Trace trace = paths_in(
      network(R"(["10.0.0.1", "meek", [["10.1.0.1"], ["10.2.0.1"]], "meek2", "10.9.0.1"])",
              "[router.meek]\naddress = \"10.0.0.2\"\nicmp_limit = {rate = 1, burst = 6}\n"
              "[router.meek2]\naddress = \"10.0.0.3\"\nicmp_limit = {rate = 1, burst = 2}\n"));
  CHECK(edges_of(trace) ==
        "0 start>10.0.0.1, 1 10.0.0.1>10.0.0.2, 2 10.0.0.2>10.1.0.1, 2 10.0.0.2>10.2.0.1, "
        "3 10.1.0.1>10.0.0.3, 3 10.2.0.1>10.0.0.3, 4 10.0.0.3>10.9.0.1, "
        "5 10.9.0.1>syn-ack 198.51.100.1");
  CHECK(trace.paths->complete);
}

TEST_CASE("loss makes no paths") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Options options{.seed = seed, .all_paths = true};
    const Trace trace =
        run_in(
            network(R"(["10.0.0.1", "lossy", [["10.1.0.1"], ["10.2.0.1"]], "10.9.0.1"])",
                    "[router.lossy]\naddress = \"10.0.0.2\"\nloss = {forward = 0.1, back = 0.1}\n"),
            "198.51.100.1", 80, options)
            .trace();
    CAPTURE(seed);
    CHECK(edges_of(trace) ==
          "0 start>10.0.0.1, 1 10.0.0.1>10.0.0.2, 2 10.0.0.2>10.1.0.1, 2 10.0.0.2>10.2.0.1, "
          "3 10.1.0.1>10.9.0.1, 3 10.2.0.1>10.9.0.1, 4 10.9.0.1>syn-ack 198.51.100.1");
  }
}

TEST_CASE("a balancer of packets is told from one of flows") {
  const auto with = [](const std::string& by) {
    return paths_in(
        network("[\"10.0.0.1\", {branches = [[\"10.1.0.1\", \"10.1.0.2\"], "
                "[\"10.2.0.1\", \"10.2.0.2\"]], by = \"" +
                by + "\"}, \"10.9.0.1\"]"));
  };
  const auto balancers = [](const Trace& trace) {
    std::string text;
    for (const PathNode& node : trace.paths->nodes) {
      if (node.per_packet) text += node.address ? node.address->text() + " " : "* ";
    }
    return text;
  };
  const auto uncertain = [](const Trace& trace) {
    int count = 0;
    for (const PathEdge& edge : trace.paths->edges) count += edge.certain ? 0 : 1;
    return count;
  };
  const Trace by_packet = with("packet");
  CHECK(balancers(by_packet).starts_with("10.0.0.1 "));
  CHECK(uncertain(by_packet) > 0);
  const Trace by_flow = with("flow");
  CHECK(balancers(by_flow).empty());
  CHECK(uncertain(by_flow) == 0);
  const Trace by_destination = with("destination");
  CHECK(by_destination.paths->paths == 1);
}

TEST_CASE("the first TTL and the hop limit bound what is found") {
  const std::string net =
      network(R"(["10.0.0.1", [["10.1.0.1"], ["10.2.0.1"]], "10.3.0.1", "10.4.0.1"])");
  CHECK(edges_of(paths_in(net, {.first_ttl = Ttl{2}, .max_hops = 2})) ==
        "1 start>10.1.0.1, 1 start>10.2.0.1, 2 10.1.0.1>10.3.0.1, 2 10.2.0.1>10.3.0.1");
  CHECK(edges_of(paths_in(net, {.max_hops = 1})) == "0 start>10.0.0.1");
  CHECK(edges_of(paths_in(net, {.first_ttl = Ttl{200}, .max_hops = 1})) ==
        "199 start>syn-ack 198.51.100.1");
}

TEST_CASE("sixteen branches are found, each with what follows") {
  std::string branches;
  for (int i = 0; i < 16; ++i) {
    const std::string n = std::to_string(i);
    branches += (i == 0 ? "" : ", ") + ("[\"10.1." + n + ".1\", \"10.1." + n + ".2\"]");
  }
  const Trace trace = paths_in(network("[\"10.0.0.1\", [" + branches + "], \"10.9.0.1\"]"));
  const auto next = next_of(trace);
  CHECK(next.at("1 10.0.0.1").size() == 16);
  CHECK(trace.paths->paths == 16);
  CHECK(trace.paths->complete);
}

TEST_CASE("more branches than flows can tell are said to be too many") {
  std::string branches;
  for (int i = 0; i < 120; ++i) {
    branches += (i == 0 ? "" : ", ") + ("[\"10.1." + std::to_string(i) + ".1\"]");
  }
  const Trace trace =
      paths_in(network("[\"10.0.0.1\", [" + branches + "], \"10.9.0.1\"]"), {.max_hops = 2});
  CHECK(trace.paths->exhausted);
  CHECK_FALSE(trace.paths->complete);
  CHECK(trace.paths->flows == most_flows);
}

TEST_CASE("probes of all flows to one hop are a gentle rate apart, and those to the target more") {
  std::map<int, TimePoint> last;  // by TTL, after the first trace
  std::map<int, Duration> least;
  std::set<int> ports;
  Options options{.all_paths = true};
  options.record = [&](const Frame& frame) {
    const Bytes bytes = frame.bytes;
    if (bytes[9] != 6 || bytes[33] != 0x02) return;  // SYNs
    const int port = bytes[20] * 256 + bytes[21];
    ports.insert(port);
    if (port == 40001) return;
    const int ttl = bytes[8];
    if (last.contains(ttl)) {
      const Duration gap = frame.time - last[ttl];
      least[ttl] = least.contains(ttl) ? std::min(least[ttl], gap) : gap;
    }
    last[ttl] = frame.time;
  };
  run_in(network(R"(["10.0.0.1", [["10.1.0.1"], ["10.2.0.1"]], "10.9.0.1"])"), "198.51.100.1", 80,
         options);
  using namespace std::chrono_literals;
  CHECK(ports.size() > 6);
  for (const int ttl : {1, 2, 3}) CHECK(least.at(ttl) >= 10ms);
  CHECK(least.at(4) >= 50ms);
}

TEST_CASE("a RST before the SYN-ACK refuses the connection on all paths alike") {
  const std::string ips = "[router.ips]\naddress = \"10.0.0.2\"\ninject_reset = [80]\n";
  const Trace trace =
      paths_in(network(R"(["10.0.0.1", [["10.1.0.1"], ["10.2.0.1"]], "ips"])", ips));
  CHECK(trace.verdict.state == State::closed);
  for (const PathOutcome& outcome : trace.paths->outcomes) CHECK(outcome.reply == ReplyKind::rst);
  for (const Finding& finding : trace.diagnosis.findings) {
    CHECK(finding.kind() == FindingKind::contradiction);
  }
  CHECK_FALSE(trace.diagnosis.findings.empty());
}
