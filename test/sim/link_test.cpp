// The link's contract, and the bytes that come back, worked out by hand.

#include "harness.hpp"

#include <doctest/doctest.h>

#include <chrono>

using namespace simtest;
using namespace std::chrono_literals;
using tracetcp::Bytes;
using tracetcp::TimePoint;

namespace {

const char* const three_hops = R"(
[router]
gate = {address = "192.168.0.1", name = "gate"}
far = {address = "10.0.0.1", rtt = 8}
[[host]]
address = "198.51.100.1"
open = [80]
closed = [81]
[[route]]
to = "198.51.100.1"
via = ["gate", "far"]
rtt = 20
)";

}  // namespace

TEST_CASE("time starts on the day of the first release and moves with wait() alone") {
  Net net(three_hops);
  CHECK(net.link().now() == TimePoint(1061251200s));  // 2003-08-19T00:00:00Z
  CHECK(net.link().wait(tracetcp::never).empty());
  CHECK(net.link().now() == TimePoint(1061251200s));
  CHECK(net.link().wait(net.link().now() + 5s).empty());
  CHECK(net.link().now() == TimePoint(1061251205s));
  CHECK(net.link().wait(TimePoint(0s)).empty());
  CHECK(net.link().now() == TimePoint(1061251205s));
}

TEST_CASE("wait() returns our own SYN at once, then each reply at its moment") {
  Net net(three_hops);
  const TimePoint start = net.link().now();
  const Octets first = syn({.ttl = 2});
  const Octets second = syn({.ttl = 2, .id = 2});
  const std::vector<Bytes> batch{first, second};
  net.link().send(batch);

  auto frames = net.link().wait(tracetcp::never);
  REQUIRE(frames.size() == 2);
  CHECK(to_hex(frames[0].bytes) == to_hex(first));
  CHECK(to_hex(frames[1].bytes) == to_hex(second));
  CHECK(frames[0].time == start);

  CHECK(net.link().wait(start + 7ms).empty());
  CHECK(net.link().now() == start + 7ms);

  frames = net.link().wait(start + 1s);
  REQUIRE(frames.size() == 2);
  CHECK(frames[0].time == start + 8ms);
  CHECK(net.link().now() == start + 8ms);
  CHECK(net.link().stats().captured == 4);
  CHECK(net.link().stats().queue_dropped == 0);
}

TEST_CASE("a router answers an expired TTL with the whole packet as it came, whose TTL is 1") {
  Net net(three_hops);
  net.send({.ttl = 2});
  const auto replies = net.replies();
  REQUIRE(replies.size() == 1);
  Octets error = replies[0].bytes;
  CHECK(error[4] * 256 + error[5] != 0);  // an IP id of its own
  error[4] = error[5] = error[10] = error[11] = 0;
  // TOS c0, TTL 255 less the one router on the way back, then the SYN with TTL 1.
  CHECK(to_hex(error) == to_hex(from_hex("45c0 0058 0000 0000 fe01 0000 0a000001 c0a80002"
                                         "0b00" +
                                         to_hex(Bytes(replies[0].bytes).subspan(22, 2)) +
                                         "00000000"
                                         "4500 003c 1234 4000 0106" +
                                         to_hex(Bytes(replies[0].bytes).subspan(38, 2)) +
                                         "c0a80002 c6336401"
                                         "9c40 0050 10203040 00000000 a002 faf0" +
                                         to_hex(Bytes(syn({})).subspan(36, 2)) +
                                         "0000 020405b4 0402 080a 0a0b0c0d 00000000 01 030307")));
  CHECK(checksum(Bytes(replies[0].bytes).subspan(28, 20)) == 0);
}

TEST_CASE("an open port answers as Linux does, and our kernel resets what it does not know") {
  Net net(three_hops);
  const TimePoint start = net.link().now();
  net.send({.ttl = 3});
  const auto all = net.capture();
  REQUIRE(all.size() == 3);

  const Octets& answer = all[1].bytes;
  CHECK(all[1].time == start + 20ms);
  CHECK(checksums_right(answer));
  const std::string server_isn = to_hex(Bytes(answer).subspan(24, 4));
  const std::string sum = to_hex(Bytes(answer).subspan(36, 2));
  // TSval: milliseconds since 1970 when the SYN arrived, 10 ms after the start.
  const auto ms = static_cast<std::uint32_t>(1061251200000ULL + 10);
  CHECK(get32(answer, 48) == ms);
  CHECK(to_hex(answer) ==
        to_hex(from_hex("4500 003c 0000 4000 3e06" + to_hex(Bytes(answer).subspan(10, 2)) +
                        "c6336401 c0a80002 0050 9c40" + server_isn + "10203041 a012 fe88" + sum +
                        "0000 020405b4 0402 080a" + to_hex(Bytes(answer).subspan(48, 4)) +
                        "0a0b0c0d 01 030307")));

  const Octets& reset = all[2].bytes;
  CHECK(all[2].time == start + 20ms + 10us);
  CHECK(checksums_right(reset));
  CHECK(to_hex(reset) ==
        to_hex(from_hex("4500 0028 0000 4000 4006" + to_hex(Bytes(reset).subspan(10, 2)) +
                        "c0a80002 c6336401 9c40 0050 10203041 00000000 5004 0000" +
                        to_hex(Bytes(reset).subspan(36, 2)) + "0000")));
}

TEST_CASE("a closed port answers with RST and ACK, which is not reset in turn") {
  Net net(three_hops);
  net.send({.ttl = 3, .port = 81});
  const auto all = net.capture();
  REQUIRE(all.size() == 2);
  const Octets& reset = all[1].bytes;
  CHECK(checksums_right(reset));
  CHECK(to_hex(reset) ==
        to_hex(from_hex("4500 0028 0000 4000 3e06" + to_hex(Bytes(reset).subspan(10, 2)) +
                        "c6336401 c0a80002 0051 9c40 00000000 10203041 5014 0000" +
                        to_hex(Bytes(reset).subspan(36, 2)) + "0000")));
}

TEST_CASE("other ports, other hosts and damaged packets get no answer, but are captured") {
  Net net(three_hops);
  CHECK(net.ask({.ttl = 64, .port = 82}) == "");
  CHECK(net.ask({.ttl = 1, .to = "198.51.100.2"}) == "");

  const auto damaged = [](std::size_t at) {
    Octets bytes = syn({});
    bytes[at] ^= 0xff;
    return bytes;
  };
  Octets cut_off = syn({});
  cut_off.resize(30);
  const std::vector<Octets> packets{damaged(10),   // IP checksum
                                    damaged(36),   // TCP checksum
                                    {0x45, 0, 0},  // hardly a packet
                                    {},            // none
                                    cut_off};
  for (const Octets& packet : packets) {
    CAPTURE(to_hex(packet));
    net.send_bytes(packet);
    const auto all = net.capture();
    REQUIRE(all.size() == 1);
    CHECK(all[0].bytes == packet);
  }
}

TEST_CASE("a router does not look at TCP checksums") {
  Net net(three_hops);
  Octets packet = syn({.ttl = 1});
  packet[36] ^= 0xff;
  net.send_bytes(packet);
  const auto replies = net.replies();
  REQUIRE(replies.size() == 1);
  CHECK(to_hex(replies[0].quote()) == to_hex(packet));
}

TEST_CASE("the same seed gives the same frames at the same times, another seed others") {
  const auto run = [](std::uint64_t seed) {
    Net net = Net::from_file("lossy.toml", seed);
    std::vector<Captured> all;
    for (int round = 0; round < 5; ++round) {
      for (int ttl = 1; ttl <= 8; ++ttl) net.send({.ttl = ttl});
      const auto captured = net.capture(2);
      all.insert(all.end(), captured.begin(), captured.end());
    }
    return all;
  };
  CHECK(run(7) == run(7));
  CHECK(run(7) != run(8));
}

TEST_CASE("links on one network do not disturb each other") {
  const auto network = tracetcp::load_network(std::string(NETWORKS) + "/lossy.toml");
  const auto one = tracetcp::make_simulated_link(network, 3);
  const auto other = tracetcp::make_simulated_link(network, 3);
  const Octets packet = syn({.ttl = 3});
  const std::vector<Bytes> packets{packet};
  for (int i = 0; i < 10; ++i) one->send(packets);  // uses up a rate limit
  while (!one->wait(one->now() + 1s).empty()) {
  }
  const auto reference = tracetcp::make_simulated_link(network, 3);
  std::size_t frames = 0;
  for (int i = 0; i < 4; ++i) {
    other->send(packets);
    reference->send(packets);
    for (;;) {
      const auto a = other->wait(other->now() + 1s);
      const auto b = reference->wait(reference->now() + 1s);
      REQUIRE(a.size() == b.size());
      if (a.empty()) break;
      CHECK(a[0].time == b[0].time);
      frames += a.size();
    }
  }
  CHECK(frames > 4);
}
