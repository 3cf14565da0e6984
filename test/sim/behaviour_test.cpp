// One test for each behaviour of a router: it fails where the behaviour does nothing.

#include "harness.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <set>

using namespace simtest;
using namespace std::chrono_literals;
using tracetcp::Bytes;

namespace {

/// gate, box, last, then the host; hop n is n*10 ms away. `keys` are the box's.
std::string around(const std::string& keys) {
  return R"(
[router.gate]
address = "192.168.0.1"
rtt = 10
[router.last]
address = "10.0.0.3"
rtt = 30
[[host]]
address = "198.51.100.1"
open = [80]
closed = [81]
[[route]]
to = "198.51.100.1"
via = ["gate", "box", "last"]
rtt = 40
[router.box]
address = "10.0.0.2"
rtt = 20
)" + keys;
}

/// The quote in the answer of the router behind the box: how the SYN looked there.
Octets seen_behind(const std::string& keys, const SynSpec& spec = {}) {
  Net net(around(keys));
  SynSpec expiring = spec;
  expiring.ttl = 3;
  net.send(expiring);
  const auto replies = net.replies();
  if (replies.size() != 1) return {};
  const Octets quote = replies[0].quote();
  CHECK(checksum(Bytes(quote).first(20)) == 0);
  CHECK(tcp_checksum_right(quote));
  return quote;
}

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

TEST_CASE("the TTL of replies tells the way back") {
  struct Case {
    const char* keys;
    SynSpec spec;
    int ttl;
  };
  for (const Case& one :
       {Case{"", {.ttl = 2}, 254}, Case{"", {.ttl = 3}, 253}, Case{"", {.ttl = 4}, 61},
        Case{"ttl = 64", {.ttl = 2}, 63}, Case{"extra_return_hops = 5", {.ttl = 2}, 249},
        Case{"extra_return_hops = 5", {.ttl = 4}, 56}}) {
    CAPTURE(one.keys);
    Net net(around(one.keys));
    net.send(one.spec);
    CHECK(net.replies().at(0).bytes[8] == one.ttl);
  }
  Net net(around("extra_return_hops = 62"));
  CHECK(net.ask({}) == "");  // the host's 64 do not suffice
}

TEST_CASE("quotes of chosen length and TTL") {
  struct Case {
    const char* keys;
    std::size_t bytes;
    int quoted_ttl;
  };
  for (const Case& one : {Case{"", 60, 1}, Case{"quote = 8", 28, 1}, Case{"quote = 20", 40, 1},
                          Case{"quote = 1000", 60, 1}, Case{"quoted_ttl = 0", 60, 0},
                          Case{"quoted_ttl = 7\nquote = 8", 28, 7}}) {
    CAPTURE(one.keys);
    Net net(around(one.keys));
    net.send({.ttl = 2});
    const auto replies = net.replies();
    REQUIRE(replies.size() == 1);
    const Octets quote = replies[0].quote();
    CHECK(quote.size() == one.bytes);
    CHECK(quote[8] == one.quoted_ttl);
    CHECK(checksum(Bytes(quote).first(20)) == 0);
    CHECK(get16(quote, 2) == 60);
  }
}

TEST_CASE("MPLS labels are in an extension behind a quote of 128 bytes") {
  struct Case {
    const char* keys;
    const char* length_field;  ///< bytes 4 to 7 of the ICMP message
    const char* objects;
  };
  // Object: length, class 1, type 1. Entry: label 20 bits, traffic class 3, bottom 1, TTL 8.
  for (const Case& one :
       {Case{"mpls = [16]", "00200000", "00080101 00010101"},
        Case{"mpls = 24001\nquote = 8", "00200000", "00080101 05dc1101"},
        Case{"mpls = [{label = 1048575, tc = 5, ttl = 254}, 3]", "00200000",
             "000c0101 fffffafe 00003101"},
        Case{"mpls = {labels = [16], length_field = false}", "00000000", "00080101 00010101"}}) {
    CAPTURE(one.keys);
    Net net(around(one.keys));
    net.send({.ttl = 2});
    const auto replies = net.replies();
    REQUIRE(replies.size() == 1);
    const Bytes message = Bytes(replies[0].bytes).subspan(20);
    CHECK(to_hex(message.subspan(4, 4)) == to_hex(from_hex(one.length_field)));
    REQUIRE(message.size() > 8 + 128 + 4);
    CHECK(message[8 + 127] == 0);
    const Bytes extension = message.subspan(8 + 128);
    CHECK(extension[0] == 0x20);
    CHECK(checksum(extension) == 0);
    CHECK(to_hex(extension.subspan(4)) == to_hex(from_hex(one.objects)));
  }
  Net net(around("mpls = [16]\nreject = {}"));
  net.send({});
  CHECK(net.replies().at(0).bytes.size() == 28 + 60);  // time-exceeded only
}

TEST_CASE("rewritten fields, as the next router quotes them") {
  // Beside the field, TTL and checksums differ from what was sent; seen_behind() checks the latter.
  struct Case {
    const char* keys;
    std::size_t at;
    const char* bytes;
  };
  for (const Case& one :
       {Case{"", 42, "05b4"}, Case{"mss = 1400", 42, "0578"}, Case{"mss = 9000", 42, "05b4"},
        Case{"dscp = 46", 1, "b8"}, Case{"ecn = 2", 1, "02"}, Case{"clear_df = true", 6, "0000"},
        Case{"set_ttl = 1", 8, "01"},
        Case{"strip_options = [\"timestamps\"]", 40, "020405b4040201010101010101010101 01030307"},
        Case{"strip_options = [\"mss\", \"sack\", \"window_scale\"]", 40,
             "010101010101080a0a0b0c0d0000000001010101"}}) {
    CAPTURE(one.keys);
    Octets sent = syn({});
    Octets quote = seen_behind(one.keys);
    const Octets expected = from_hex(one.bytes);
    REQUIRE(quote.size() == 60);
    CHECK(to_hex(Bytes(quote).subspan(one.at, expected.size())) == to_hex(expected));
    for (Octets* packet : {&sent, &quote}) {
      for (std::size_t i = 0; i < expected.size(); ++i) (*packet)[one.at + i] = 0;
      for (const std::size_t i : {8U, 10U, 11U, 36U, 37U}) (*packet)[i] = 0;
    }
    CHECK(to_hex(quote) == to_hex(sent));
  }
}

TEST_CASE("a clamped MSS is clamped in the SYN-ACK too") {
  Net net(around("mss = 1400"));
  net.send({});
  CHECK(to_hex(Bytes(net.replies().at(0).bytes).subspan(40, 4)) == "02040578");
}

TEST_CASE("without timestamps in the SYN the SYN-ACK has none") {
  Net net(around("strip_options = [\"timestamps\"]"));
  net.send({});
  CHECK(net.replies().at(0).bytes.size() == 52);
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
