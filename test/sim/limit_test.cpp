// Many ports traced over routers that limit their ICMP errors as Linux does: one a second, after a
// burst of six. What must come out is told by the network.

#include "tracing.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace tracetcp;
using simtest::hops_of;
using simtest::run_in;
using simtest::verdict_of;
using namespace std::chrono_literals;

namespace limit_test {
namespace {

std::string limited_path(const std::string& limit) {
  std::string text;
  for (const char router : {'a', 'b', 'c', 'd'}) {
    text += std::string("[router.") + router + "]\naddress = \"10.0.0." +
            std::to_string(router - 'a' + 1) + "\"\n" + limit;
    if (router == 'c') text += "drop = [101, 105, 109, 110, 111, 118]\n";
  }
  return text + R"(
[[host]]
address = "198.51.100.1"
open = ["100-119"]
[[route]]
to = "198.51.100.1"
via = ["a", "b", "c", "d"]
rtt = 20
)";
}

const std::string target = "198.51.100.1";
const std::set<int> dropped{101, 105, 109, 110, 111, 118};

simtest::Options ports(bool anti_flood) {
  simtest::Options options;
  options.last_port = 119;
  options.strategy.probes_per_hop = 1;
  options.strategy.anti_flood = anti_flood;
  return options;
}

void check_all(const simtest::Run& run) {
  REQUIRE(run.traces.size() == 20);
  for (const Trace& trace : run.traces) {
    CAPTURE(trace.target.port.value);
    const bool is_dropped = dropped.contains(trace.target.port.value);
    CHECK(verdict_of(trace) == (is_dropped ? "silent 3 10.0.0.3" : "open 5 198.51.100.1"));
    const std::string on_way = "1 10.0.0.1, 2 10.0.0.2, 3 10.0.0.3";
    const std::string hops = hops_of(trace);
    if (is_dropped) {
      CHECK(hops.substr(0, on_way.size()) == on_way);
    } else {
      CHECK(hops == on_way + ", 4 10.0.0.4");
    }
  }
}

std::uint32_t syns(const simtest::Run& run) {
  std::uint32_t sum = 0;
  for (const Trace& trace : run.traces) sum += trace.syns_sent;
  return sum;
}

Duration took(const simtest::Run& run) {
  TimePoint end{};
  for (const Trace& trace : run.traces) end = std::max(end, trace.ended);
  return end - run.traces.front().started;
}

}  // namespace

TEST_CASE("each port's hops and end are found over routers that limit their ICMP errors") {
  const std::string network = limited_path("icmp_limit = {rate = 1, burst = 6}\n");
  for (const bool anti_flood : {true, false}) {
    CAPTURE(anti_flood);
    const auto run = run_in(network, target, 100, ports(anti_flood));
    check_all(run);
    // A router tells of 20 ports after 14 seconds at best.
    CHECK(took(run) >= 14s);
    CHECK(took(run) < 40s);
    MESSAGE(syns(run) << " SYNs, " << took(run) / 1ms << " ms");
  }
}

TEST_CASE("where nothing is limited, blocked ports cost no more than the wait for silence") {
  for (const bool anti_flood : {true, false}) {
    CAPTURE(anti_flood);
    const auto run = run_in(limited_path(""), target, 100, ports(anti_flood));
    check_all(run);
    CHECK(took(run) < 2s);
    MESSAGE(syns(run) << " SYNs, " << took(run) / 1ms << " ms");
  }
}

namespace {

/// 300 ports of one host behind five routers that limit their ICMP errors so.
simtest::Run trace_many(const std::string& limit, bool anti_flood, const std::string& drop = "") {
  std::string text;
  std::string via;
  for (int i = 1; i <= 5; ++i) {
    const std::string name = "r" + std::to_string(i);
    text += "[router." + name + "]\naddress = \"10.0.0." + std::to_string(i) + "\"\n" + limit;
    if (i == 3) text += drop;
    via += (i == 1 ? "\"" : ", \"") + name + '"';
  }
  text +=
      "[[host]]\naddress = \"198.51.100.1\"\nopen = [\"1000-1299\"]\n[[route]]\nto = "
      "\"198.51.100.1\"\nvia = [" +
      via + "]\nrtt = 20\n";
  simtest::Options options;
  options.last_port = 1299;
  options.strategy.probes_per_hop = 1;
  options.strategy.anti_flood = anti_flood;
  return run_in(text, target, 1000, options);
}

void check_open(const simtest::Run& run) {
  REQUIRE(run.traces.size() == 300);
  for (const Trace& trace : run.traces) CHECK(verdict_of(trace) == "open 6 198.51.100.1");
}

}  // namespace

TEST_CASE("without anti-flood a limit of 100 a second costs a run little more than its own pace") {
  const std::string limit = "icmp_limit = {rate = 100, burst = 1}\n";
  const auto gentle = trace_many(limit, true);
  const auto fast = trace_many(limit, false);
  check_open(gentle);
  check_open(fast);
  for (const Trace& trace : fast.traces) {
    CHECK(hops_of(trace) == "1 10.0.0.1, 2 10.0.0.2, 3 10.0.0.3, 4 10.0.0.4, 5 10.0.0.5");
  }
  CHECK(took(fast) < took(gentle) + 3s);
}

TEST_CASE("routers that answer once a second don't hold up ports whose end is known") {
  const std::string limit = "icmp_limit = {rate = 1, burst = 6}\n";
  for (const bool anti_flood : {true, false}) {
    CAPTURE(anti_flood);
    const auto run = trace_many(limit, anti_flood);
    check_open(run);
    CHECK(took(run) < 20s);
  }
}

TEST_CASE("every 64th port being dropped does not make all others wait") {
  const auto run = trace_many("", false, "drop = [1000, 1064, 1128, 1192, 1256]\n");
  for (const Trace& trace : run.traces) {
    const bool is_dropped = trace.target.port.value % 64 == 1000 % 64;
    CHECK(verdict_of(trace) == (is_dropped ? "silent 3 10.0.0.3" : "open 6 198.51.100.1"));
  }
  CHECK(took(run) < 4s);
}

}  // namespace limit_test
