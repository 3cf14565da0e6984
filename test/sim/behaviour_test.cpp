// Who answers and when. Each behaviour of a router has a test here, in fields_test.cpp or in
// nat_test.cpp that fails where the behaviour does nothing.

#include "harness.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <set>

using namespace simtest;
using namespace std::chrono_literals;
using tracetcp::Bytes;

namespace {

/// Sends probes from as many source ports, `gap` apart, and counts what comes back.
int count_answers(Net& net, int probes, const SynSpec& spec, tracetcp::Duration gap = 1ms) {
  std::size_t answers = 0;
  const auto count_until = [&](tracetcp::TimePoint end) {
    while (net.link().now() < end) {
      for (const auto& frame : net.link().wait(end))
        answers += get32(frame.bytes, 16) == 0xc0a80002;
    }
  };
  for (int i = 0; i < probes; ++i) {
    SynSpec probe = spec;
    probe.source_port = static_cast<std::uint16_t>(spec.source_port + i);
    net.send(probe);
    count_until(net.link().now() + gap);
  }
  count_until(net.link().now() + 100ms);
  return static_cast<int>(answers);
}

}  // namespace

TEST_CASE("who answers, when and how, for each port rule") {
  const std::string box = "10.0.0.2";
  const std::string host = "198.51.100.1";
  struct Case {
    const char* keys;
    SynSpec spec;
    std::string answers;
  };
  const std::vector<Case> all = {
      {"", {.ttl = 2}, "20 10.0.0.2 11/0"},
      {"", {.ttl = 4}, "40 198.51.100.1 SA"},
      {"drop = [80]", {.ttl = 2}, "20 10.0.0.2 11/0"},
      {"drop = [80]", {.ttl = 3}, ""},
      {"drop = [80]", {.ttl = 4, .port = 81}, "40 198.51.100.1 RA"},
      {"drop = {ports = [\"79-80\"], early = true}", {.ttl = 2}, ""},
      {"drop = {}", {.ttl = 3, .port = 4711}, ""},
      {"reject = {ports = [80]}", {.ttl = 2}, "20 10.0.0.2 11/0"},
      {"reject = {ports = [80]}", {.ttl = 3}, "20 10.0.0.2 3/13"},
      {"reject = {ports = [80], early = true}", {.ttl = 2}, "20 10.0.0.2 3/13"},
      {"reject = {ports = [80], expired = true}", {.ttl = 2}, "20 10.0.0.2 3/13"},
      {"reject = {ports = [80], expired = true}", {.ttl = 3}, "30 10.0.0.3 11/0"},
      {"reject = {ports = [80], expired = true}", {.ttl = 2, .port = 81}, "20 10.0.0.2 11/0"},
      {"reject = {ports = [80], with = \"port-unreachable\"}", {}, "20 10.0.0.2 3/3"},
      {"reject = {ports = [80], with = \"host-prohibited\"}", {}, "20 10.0.0.2 3/10"},
      {"reject = {ports = [80], with = \"precedence-cutoff\"}", {}, "20 10.0.0.2 3/15"},
      {"reject = {ports = [80], with = 200}", {}, "20 10.0.0.2 3/200"},
      {"reject = {ports = [80], with = \"tcp-reset\"}", {}, "20 198.51.100.1 RA"},
      {"reject = {with = \"net-unreachable\"}", {.port = 9}, "20 10.0.0.2 3/0"},
      {"inject_reset = [80]", {}, "20 198.51.100.1 RA; 40 198.51.100.1 SA"},
      {"inject_reset = {ports = [80], early = true}",
       {.ttl = 2},
       "20 198.51.100.1 RA; 20 10.0.0.2 11/0"},
      {"proxy = [80]", {.ttl = 2}, "20 198.51.100.1 SA"},
      {"proxy = [80]", {.ttl = 30}, "20 198.51.100.1 SA"},
      {"proxy = [80]", {.port = 81}, "40 198.51.100.1 RA"},
      {"source_quench = [80]", {}, "20 10.0.0.2 4/0; 40 198.51.100.1 SA"},
      {"redirect = {gateway = \"192.168.0.7\"}", {}, "20 10.0.0.2 5/1; 40 198.51.100.1 SA"},
      {"silent = true", {.ttl = 2}, ""},
      {"silent = true\nreject = {}", {.ttl = 3}, ""},
      {"silent = true", {.ttl = 3}, "30 10.0.0.3 11/0"},
      {"loss = {forward = 1}", {.ttl = 2}, "20 10.0.0.2 11/0"},
      {"loss = {forward = 1}", {.ttl = 3}, ""},
      {"loss = {back = 1}", {.ttl = 2}, "20 10.0.0.2 11/0"},
      {"loss = {back = 1}", {.ttl = 3}, ""},
      {"loss = {own = 1}", {.ttl = 2}, ""},
      {"loss = {own = 1}", {.ttl = 3}, "30 10.0.0.3 11/0"},
      {"duplicate = 1", {.ttl = 2}, "20 10.0.0.2 11/0; 20.1 10.0.0.2 11/0"},
      {"duplicate = 1", {.ttl = 3}, "30 10.0.0.3 11/0; 30.1 10.0.0.3 11/0"},
      {"reorder = {chance = 1, delay = 5}", {.ttl = 3}, "35 10.0.0.3 11/0"},
      {"set_ttl = 1", {.ttl = 30}, "30 10.0.0.3 11/0"},
      {"set_ttl = 64", {.ttl = 3}, "40 198.51.100.1 SA"},
  };
  for (const Case& one : all) {
    CAPTURE(one.keys);
    CAPTURE(one.spec.ttl);
    Net net(around(one.keys));
    CHECK(net.ask(one.spec) == one.answers);
  }
}

TEST_CASE("what forged answers look like") {
  struct Case {
    const char* keys;
    int ttl;  ///< of the answer as received, one router away from the box
  };
  for (const Case& one : {Case{"inject_reset = {ports = [80], ttl = 200}", 199},
                          Case{"reject = {ports = [80], with = \"tcp-reset\"}", 63},
                          Case{"proxy = {ports = [80], ttl = 128, window_scale = false}", 127}}) {
    CAPTURE(one.keys);
    Net net(around(one.keys));
    net.send({});
    const auto replies = net.replies();
    REQUIRE(!replies.empty());
    CHECK(replies[0].bytes[8] == one.ttl);
    CHECK(get32(replies[0].bytes, 28) == SynSpec{}.isn + 1);
    CHECK(get16(replies[0].bytes, 20) == 80);
  }
}

TEST_CASE("values in the errors' second word: next hop's MTU and gateway") {
  Net mtu(around("reject = {with = \"frag-needed\", mtu = 1280}"));
  mtu.send({});
  const auto too_big = mtu.replies();
  REQUIRE(too_big.size() == 1);
  CHECK(to_hex(Bytes(too_big[0].bytes).subspan(20, 2)) == "0304");
  CHECK(to_hex(Bytes(too_big[0].bytes).subspan(24, 4)) == "00000500");

  Net redirect(around("redirect = {ports = [80], gateway = \"192.168.0.7\"}"));
  redirect.send({});
  CHECK(to_hex(Bytes(redirect.replies().at(0).bytes).subspan(24, 4)) == "c0a80007");
}

TEST_CASE("a stateful firewall lets a 4-tuple through with the ISN it knows only") {
  Net net(around("stateful = true"));
  CHECK(net.ask({.ttl = 3, .isn = 1}) == "30 10.0.0.3 11/0");
  CHECK(net.ask({.ttl = 3, .isn = 1, .id = 2}) == "30 10.0.0.3 11/0");
  CHECK(net.ask({.ttl = 3, .isn = 2}) == "");
  CHECK(net.ask({.ttl = 3, .source_port = 40001, .isn = 2}) == "30 10.0.0.3 11/0");
}

TEST_CASE("an ICMP limit is a token bucket") {
  Net net(around("icmp_limit = {rate = 2, burst = 3}"));
  CHECK(count_answers(net, 10, {.ttl = 2}) == 3);
  pass(net, 1s);
  CHECK(count_answers(net, 10, {.ttl = 2}) == 2);
  pass(net, 60s);
  CHECK(count_answers(net, 10, {.ttl = 2}) == 3);
  CHECK(count_answers(net, 10, {.ttl = 3}) == 10);  // what passes is not limited
}

TEST_CASE("a bottleneck forwards so many at once, and so many a second") {
  Net net(around("police = {rate = 2, burst = 3}"));
  CHECK(count_answers(net, 10, {.ttl = 3}) == 3);
  CHECK(count_answers(net, 10, {.ttl = 2}) == 10);  // what expires there does not pass
  pass(net, 1s);
  CHECK(count_answers(net, 10, {.ttl = 3}) == 2);
}

TEST_CASE("probabilities are kept to") {
  struct Case {
    const char* keys;
    int ttl;
    int least;
    int most;
  };
  for (const Case& one :
       {Case{"loss = 0.3", 3, 420, 560},  // 0.7 * 0.7 of 1000
        Case{"loss = {own = 0.3}", 2, 640, 760}, Case{"duplicate = 0.25", 3, 1190, 1310}}) {
    CAPTURE(one.keys);
    Net net(around(one.keys));
    const int answers = count_answers(net, 1000, {.ttl = one.ttl});
    CHECK(answers >= one.least);
    CHECK(answers <= one.most);
  }
}

TEST_CASE("reordered replies come after later ones") {
  Net net(around("reorder = {chance = 0.5, delay = 50}"));
  for (std::uint16_t i = 0; i < 50; ++i) {
    net.send({.ttl = 3, .id = i});
    pass(net, 1ms);
  }
  std::vector<std::uint16_t> ids;
  for (const Captured& reply : net.replies()) ids.push_back(get16(reply.quote(), 4));
  CHECK(ids.size() > 10);
  CHECK_FALSE(std::ranges::is_sorted(ids));
}

TEST_CASE("round trips: lists in turn for each flow, jitter, and answers left out") {
  Net net(around("").replace(around("").rfind("rtt = 20"), 8, "rtt = [21, \"*\", 22.5]"));
  CHECK(net.ask({.ttl = 2}) == "21 10.0.0.2 11/0");
  CHECK(net.ask({.ttl = 2}) == "");
  CHECK(net.ask({.ttl = 2, .source_port = 1}) == "21 10.0.0.2 11/0");
  CHECK(net.ask({.ttl = 2}) == "22.5 10.0.0.2 11/0");
  CHECK(net.ask({.ttl = 2}) == "22.5 10.0.0.2 11/0");

  Net jittery(around("").replace(around("").rfind("rtt = 20"), 8, "rtt = {mean = 20, jitter = 5}"));
  std::set<std::int64_t> times;
  for (int i = 0; i < 200; ++i) {
    const auto sent = jittery.link().now();
    jittery.send({.ttl = 2});
    times.insert((jittery.replies(1).at(0).time - sent).count());
  }
  CHECK(times.size() > 150);
  CHECK(*times.begin() >= 15000000);
  CHECK(*times.begin() < 16000000);
  CHECK(*times.rbegin() <= 25000000);
  CHECK(*times.rbegin() > 24000000);
}

TEST_CASE("flows are spread over branches and each stays on one") {
  Net net = Net::from_file("ecmp.toml");
  std::map<std::string, int> second_hops;
  for (std::uint16_t port = 1000; port < 1300; ++port) {
    net.send({.ttl = 2, .source_port = port});
    net.send({.ttl = 2, .source_port = port});
    net.send({.ttl = 3, .source_port = port});
    const auto replies = net.replies(1);
    REQUIRE(replies.size() == 3);
    const std::string hop2 = replies[0].source();
    CHECK(hop2 == replies[1].source());
    CHECK(hop2.substr(0, 5) == replies[2].source().substr(0, 5));  // 10.N.
    ++second_hops[hop2];
  }
  CHECK(second_hops.size() == 3);
  for (const auto& [address, count] : second_hops) CHECK(count > 60);

  // Lengths differ: behind the shorter ways the exit is hop 4, behind the longer one hop 5.
  std::set<std::string> fourth;
  std::set<std::string> fifth;
  for (std::uint16_t port = 1000; port < 1030; ++port) {
    net.send({.ttl = 4, .source_port = port});
    fourth.insert(net.replies(1).at(0).source());
    net.send({.ttl = 5, .source_port = port});
    fifth.insert(net.replies(1).at(0).source());
  }
  CHECK(fourth == std::set<std::string>{"10.3.0.3", "10.9.0.1"});
  CHECK(fifth == std::set<std::string>{"10.9.0.1", "198.51.100.1"});

  std::set<std::string> of_one_flow;
  for (int i = 0; i < 40; ++i) {
    net.send({.ttl = 2, .to = "198.51.100.2"});
    of_one_flow.insert(net.replies(1).at(0).source());
  }
  CHECK(of_one_flow.size() == 2);
}

TEST_CASE("hosts that reject, hosts that are down, and whole networks of hosts") {
  Net rejecting = Net::from_file("rejects.toml");
  CHECK(rejecting.ask({.port = 82}) == "4 198.51.100.1 3/10");
  CHECK(rejecting.ask({.port = 81}) == "4 198.51.100.1 RA");
  CHECK(rejecting.ask({.to = "198.51.100.9"}) == "3003 10.0.0.2 3/1");
  CHECK(rejecting.ask({.ttl = 3, .to = "198.51.100.9"}) == "3 10.0.0.2 11/0");

  Net silent = Net::from_file("silent.toml");
  CHECK(silent.ask({.ttl = 4}) == "");
  CHECK(silent.ask({.ttl = 5}) == "5 198.51.100.1 SA");
  CHECK(silent.ask({.ttl = 3, .to = "8.8.8.8"}) == "3 10.0.0.2 11/0");
  CHECK(silent.ask({.ttl = 4, .to = "8.8.8.8"}) == "");
  CHECK(silent.ask({.to = "203.0.113.77"}) == "4 203.0.113.77 SA");
  CHECK(silent.ask({.to = "203.0.113.78", .port = 7}) == "4 203.0.113.78 RA");
}
