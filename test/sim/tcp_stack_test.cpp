// How an open port answers repeated SYNs of one 4-tuple. All of it as measured on Linux 6.18.

#include "harness.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <chrono>

using namespace simtest;
using namespace std::chrono_literals;

namespace {

const char* const far_host = R"(
[[host]]
address = "198.51.100.1"
open = [80]
closed = [81]
rtt = 100
)";

/// What a host says: flags, acknowledgement less the first ISN, and TSecr less the first TSval.
std::string tell(const std::vector<Captured>& replies) {
  std::string line;
  for (const Captured& reply : replies) {
    const auto ack = static_cast<std::int32_t>(get32(reply.bytes, 28) - SynSpec{}.isn);
    line += fmt::format("{}{}{:+}", line.empty() ? "" : " ", reply.what(), ack);
    const std::size_t timestamps = reply.what() == "SA" ? 52 : 48;
    if (reply.bytes.size() > timestamps) {
      const auto tsecr =
          static_cast<std::int32_t>(get32(reply.bytes, timestamps) - SynSpec{}.tsval);
      line += fmt::format("/{:+}", tsecr);
    }
  }
  return line;
}

/// Sends SYNs `gap` apart, whose ISN and TSval are those of the first plus so much.
struct Series {
  tracetcp::Duration gap;
  std::vector<int> isns;
  std::vector<int> tsvals;
  std::string answers;
  const char* why;
};

}  // namespace

TEST_CASE("an open port and repeated SYNs") {
  const std::vector<Series> all = {
      {200ms,
       {0, 0, 0},
       {0, 1, 2},
       "SA+1/+0 SA+1/+1 SA+1/+2",
       "apart: each after the last's reset"},
      {1ms,
       {0, 0, 0},
       {0, 1, 2},
       "SA+1/+0 SA+1/+0",
       "overlapping: one repeat, first TSval, no more"},
      {1ms, {0, 1, 2, 3}, {0, 1, 2, 3}, "SA+1/+0 RA+2 SA+3/+2 RA+4", "one up: answered in turns"},
      {1ms,
       {0, 1000000, 2000000},
       {0, 1, 2},
       "SA+1/+0 A+1/+0",
       "far away: a challenge ACK, then none"},
      {1ms, {0, -1}, {0, 1}, "SA+1/+0 A+1/+0", "before the first: not in the window"},
      {1ms, {0, 0}, {0, -1}, "SA+1/+0 A+1/+0", "an older TSval is a stray (PAWS)"},
      {200ms, {0, 1000000, 5}, {0, 1, 2}, "SA+1/+0 SA+1000001/+1 SA+6/+2", "apart: all are new"},
  };
  for (const Series& series : all) {
    CAPTURE(series.why);
    Net net(far_host);
    std::vector<Captured> replies;
    const auto start = net.link().now();
    for (std::size_t i = 0; i < series.isns.size(); ++i) {
      SynSpec spec;
      spec.isn += static_cast<std::uint32_t>(series.isns[i]);
      spec.tsval += static_cast<std::uint32_t>(series.tsvals[i]);
      spec.id = static_cast<std::uint16_t>(spec.id + i);
      net.send(spec);
      if (i + 1 == series.isns.size()) break;
      const auto next = start + series.gap * static_cast<int>(i + 1);
      while (net.link().now() < next) {
        for (const auto& frame : net.link().wait(next)) {
          Captured one{frame.time, {frame.bytes.begin(), frame.bytes.end()}};
          if (!one.from_client()) replies.push_back(one);
        }
      }
    }
    const auto rest = net.replies();
    replies.insert(replies.end(), rest.begin(), rest.end());
    CHECK(tell(replies) == series.answers);
  }
}

TEST_CASE("extra answers of a half-open connection are at least 500 ms apart") {
  Net net("[[host]]\naddress = \"198.51.100.1\"\nopen = [80]\nrtt = 3000");
  int answers = 0;
  for (int i = 0; i < 12; ++i) {  // 1.2 s of SYNs, all before the first reset
    net.send({});
    pass(net, 100ms);
  }
  for (const Captured& reply : net.replies()) answers += reply.what() == "SA" ? 1 : 0;
  // The first; repeats at 0.1, 0.6 and 1.1 s; the timer's after 1 s, and then the reset is there.
  CHECK(answers == 6);
}

TEST_CASE("a SYN-ACK that nobody resets is repeated after 1, 3, 7, 15 and 31 s, then no more") {
  Net net(
      "[[host]]\naddress = \"198.51.100.1\"\nopen = [80]\nrtt = 70000");  // resets come too late
  const auto start = net.link().now();
  net.send({});
  std::string times;
  for (const Captured& reply : net.replies(300)) {
    times += fmt::format("{}{} ", reply.what(), (reply.time - start) / 1s);
  }
  CHECK(times == "SA70 SA71 SA73 SA77 SA85 SA101 ");
}

TEST_CASE("only the exact reset ends a half-open connection; others are challenged or ignored") {
  struct Case {
    std::uint32_t ahead;  ///< of the ISN
    std::string answers;
  };
  for (const Case& one : {Case{1, "SA+1/+0 SA+6/+0"}, Case{101, "SA+1/+0 A+1/+0 RA+6"},
                          Case{1000001, "SA+1/+0 RA+6"}}) {
    CAPTURE(one.ahead);
    Net net(far_host);
    net.send({});
    pass(net, 1ms);
    Octets reset = syn({.isn = SynSpec{}.isn + one.ahead, .options = false});
    reset[33] = 0x04;
    // 5002 became 5004, so the checksum is 2 less.
    const std::uint32_t sum = get16(reset, 36) - 2U;
    reset[36] = static_cast<std::uint8_t>(sum >> 8);
    reset[37] = static_cast<std::uint8_t>(sum);
    net.send_bytes(reset);
    pass(net, 1ms);
    net.send({.isn = SynSpec{}.isn + 5});
    CHECK(tell(net.replies()) == one.answers);
  }
}

TEST_CASE("the window of a challenge ACK is scaled") {
  Net net(far_host);
  net.send({});
  net.send({.isn = 7});
  const auto replies = net.replies();
  REQUIRE(replies.size() == 2);
  CHECK(get16(replies[0].bytes, 34) == 65160);
  CHECK(get16(replies[1].bytes, 34) == 65160 / 128);
}

TEST_CASE("a stack's personality shows in its answers") {
  struct Case {
    const char* keys;
    bool options;
    std::string expected;  ///< TTL, window, options in hex
  };
  const std::vector<Case> all = {
      {"", true, "64 65160 020405b40402080aTTTTTTTT0a0b0c0d01030307"},
      {"", false, "64 65160 020405b4"},
      {"ttl = 128\nwindow = 8192\nmss = 1380", true,
       "128 8192 020405640402080aTTTTTTTT0a0b0c0d01030307"},
      {"timestamps = false", true, "64 65160 020405b40101040201030307"},
      {"sack = false\nwindow_scale = 2", true, "64 65160 020405b40101080aTTTTTTTT0a0b0c0d01030302"},
      {"sack = false\nwindow_scale = false\ntimestamps = false", true, "64 65160 020405b4"},
  };
  for (const Case& one : all) {
    CAPTURE(one.keys);
    Net net(std::string(far_host) + one.keys);
    net.send({.options = one.options});
    const auto replies = net.replies();
    REQUIRE(replies.size() == 1);
    const Octets& bytes = replies[0].bytes;
    std::string options = to_hex(tracetcp::Bytes(bytes).subspan(40));
    const auto tsval = options.find("080a");
    if (tsval != std::string::npos) options.replace(tsval + 4, 8, "TTTTTTTT");
    CHECK(fmt::format("{} {} {}", bytes[8], get16(bytes, 34), options) == one.expected);
    CHECK(get16(bytes, 4) == 0);
    CHECK(std::size_t{bytes[32]} / 16 * 4 == bytes.size() - 20);
  }
}

TEST_CASE("IP ids and resets that differ from Linux's") {
  Net net(std::string(far_host) + "ip_id = \"random\"\nreset_ack = \"isn\"");
  net.send({.port = 81});
  net.send({.port = 81});
  const auto replies = net.replies();
  REQUIRE(replies.size() == 2);
  CHECK(get16(replies[0].bytes, 4) != 0);
  CHECK(get16(replies[0].bytes, 4) != get16(replies[1].bytes, 4));
  CHECK(get32(replies[0].bytes, 28) == SynSpec{}.isn);
}
