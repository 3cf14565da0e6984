#include "read/found.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using namespace tracetcp;

namespace {

constexpr TimePoint noon{43'200s};

Syn syn(std::uint8_t ttl, std::uint16_t id) {
  return {.flow = {.source = {Address(0xc0000201), Port{40000}},
                   .target = {Address(0xc6336401), Port{80}}},
          .ttl = Ttl{ttl},
          .tag = {.isn = SeqNumber{7}, .ip_id = IpId{id}, .tsval = TsVal{id}}};
}

/// A trace whose SYN had TTL 5 and IP id 100.
Found begun() {
  Found found;
  found.begin(0, 0, syn(5, 100), noon);
  found.add(syn(5, 100), noon);
  return found;
}

}  // namespace

TEST_CASE(
    "a SYN that a router sends on was seen before: the same numbers, no higher TTL, at once") {
  const Found found = begun();
  CHECK(found.has_seen(syn(4, 100), noon + 20us));
  CHECK(found.has_seen(syn(5, 100), noon + 20us));  // a bridge
  CHECK(found.has_seen(syn(4, 100), noon + 1s));
}

TEST_CASE("a SYN with other numbers, a higher TTL, or that comes later is another one") {
  const Found found = begun();
  CHECK_FALSE(found.has_seen(syn(6, 100), noon + 20us));
  CHECK_FALSE(found.has_seen(syn(4, 101), noon + 20us));
  CHECK_FALSE(found.has_seen(syn(4, 100), noon + 1s + 1ns));
  Syn of_other_port = syn(4, 100);
  of_other_port.flow.source.port = Port{40001};
  CHECK_FALSE(found.has_seen(of_other_port, noon + 20us));
  // Numbers that add up to the same.
  Syn of_same_sum = syn(4, 100);
  of_same_sum.tag.ip_id = IpId{99};
  of_same_sum.tag.tsval = TsVal{101};
  CHECK_FALSE(found.has_seen(of_same_sum, noon + 20us));
}

TEST_CASE("all SYNs of the last second are looked at, not the last one alone") {
  Found found = begun();
  for (std::uint16_t id = 101; id < 150; ++id) found.add(syn(6, id), noon + 1ms);
  CHECK(found.has_seen(syn(4, 100), noon + 2ms));
}

TEST_CASE("where a trace was handed over another one begins with nothing of it") {
  SpareMemory spare;
  Found found = begun();
  Reply reply;
  reply.probe = 0;
  reply.time = noon + 1ms;
  found.on(std::move(reply));
  CHECK(found.trace(false, spare).trace.hops.front().probes.front().replies.size() == 1);
  found.begin(1, 0, syn(9, 300), noon + 1min);
  CHECK_FALSE(found.has_seen(syn(4, 100), noon + 2ms));
  found.add(syn(9, 300), noon + 1min);
  const Trace second = found.trace(false, spare).trace;
  CHECK(second.id == 1);
  REQUIRE(second.hops.size() == 1);
  CHECK(second.hops.front().ttl == Ttl{9});
  REQUIRE(second.hops.front().probes.size() == 1);
  CHECK(second.hops.front().probes.front().replies.empty());
}
