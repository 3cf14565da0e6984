#include "read/trace_assembly.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using namespace tracetcp;

namespace {

constexpr TimePoint noon{43'200s};

Syn syn_with(std::uint8_t ttl, std::uint16_t id) {
  return {.flow = {.source = {Address(0xc0000201), Port{40000}},
                   .target = {Address(0xc6336401), Port{80}}},
          .ttl = Ttl{ttl},
          .tag = {.isn = SeqNumber{7}, .ip_id = IpId{id}, .tsval = TsVal{id}}};
}

/// Without options.
TcpSegment captured(const Syn& syn) {
  TcpSegment segment;
  segment.ip = {.source = syn.flow.source.address,
                .destination = syn.flow.target.address,
                .ttl = syn.ttl,
                .id = syn.tag.ip_id,
                .tos = 8,
                .protocol = 6,
                .total_length = 40};
  segment.tcp = {.source = syn.flow.source.port,
                 .destination = syn.flow.target.port,
                 .sequence = syn.tag.isn,
                 .rest = TcpRest{.flags = TcpRest::syn, .window = 512, .options_complete = true}};
  return segment;
}

/// Adds a SYN.
void add(TraceAssembly& found, const Syn& syn, TimePoint time) {
  found.add(syn, captured(syn), time);
}

/// A trace whose SYN had TTL 5 and IP id 100.
TraceAssembly begun() {
  TraceAssembly found;
  found.begin(0, 0, syn_with(5, 100), noon);
  add(found, syn_with(5, 100), noon);
  return found;
}

}  // namespace

TEST_CASE(
    "a SYN that a router sends on was seen before: the same numbers, no higher TTL, at once") {
  const TraceAssembly found = begun();
  CHECK(found.has_seen(syn_with(4, 100), noon + 20us));
  CHECK(found.has_seen(syn_with(5, 100), noon + 20us));  // a bridge
  CHECK(found.has_seen(syn_with(4, 100), noon + 1s));
}

TEST_CASE("a SYN with other numbers, a higher TTL, or that comes later is another one") {
  const TraceAssembly found = begun();
  CHECK_FALSE(found.has_seen(syn_with(6, 100), noon + 20us));
  CHECK_FALSE(found.has_seen(syn_with(4, 101), noon + 20us));
  CHECK_FALSE(found.has_seen(syn_with(4, 100), noon + 1s + 1ns));
  Syn of_other_port = syn_with(4, 100);
  of_other_port.flow.source.port = Port{40001};
  CHECK_FALSE(found.has_seen(of_other_port, noon + 20us));
  // Numbers that add up to the same.
  Syn of_same_sum = syn_with(4, 100);
  of_same_sum.tag.ip_id = IpId{99};
  of_same_sum.tag.tsval = TsVal{101};
  CHECK_FALSE(found.has_seen(of_same_sum, noon + 20us));
}

TEST_CASE("all SYNs of the last second are looked at, not the last one alone") {
  TraceAssembly found = begun();
  for (std::uint16_t id = 101; id < 150; ++id) add(found, syn_with(6, id), noon + 1ms);
  CHECK(found.has_seen(syn_with(4, 100), noon + 2ms));
}

TEST_CASE("where a trace was handed over another one begins with nothing of it") {
  SpareMemory spare;
  TraceAssembly found = begun();
  Reply reply;
  reply.probe = 0;
  reply.time = noon + 1ms;
  found.on(std::move(reply), nullptr);
  CHECK(found.trace(false, spare).trace.hops.front().probes.front().replies.size() == 1);
  found.begin(1, 0, syn_with(9, 300), noon + 1min);
  CHECK_FALSE(found.has_seen(syn_with(4, 100), noon + 2ms));
  add(found, syn_with(9, 300), noon + 1min);
  const Trace second = found.trace(false, spare).trace;
  CHECK(second.id == 1);
  REQUIRE(second.hops.size() == 1);
  CHECK(second.hops.front().ttl == Ttl{9});
  REQUIRE(second.hops.front().probes.size() == 1);
  CHECK(second.hops.front().probes.front().replies.empty());
}

namespace {

Reply reply_to(std::uint32_t probe, std::uint32_t from) {
  Reply reply;
  reply.probe = probe;
  reply.from = Address(from);
  reply.time = noon + 1ms;
  return reply;
}

/// A SYN with that TTL and IP id as a router quotes it in whose hands it ran out.
IcmpError::Quote quoted(std::uint8_t ttl, std::uint16_t id) {
  const TcpSegment sent = captured(syn_with(ttl, id));
  IcmpError::Quote quote{sent.ip, sent.tcp};
  quote.ip.ttl = Ttl{1};
  return quote;
}

const Reply& reply_of(const Trace& trace, std::size_t hop) {
  return trace.hops.at(hop).probes.at(0).replies.at(0);
}

}  // namespace

TEST_CASE("what is quoted as it was sent is not handed over") {
  SpareMemory spare;
  TraceAssembly found = begun();
  add(found, syn_with(6, 101), noon);
  const auto in_full = quoted(5, 100);
  auto in_part = quoted(6, 101);
  in_part.tcp.rest.reset();
  found.on(reply_to(0, 1), &in_full);
  found.on(reply_to(1, 2), &in_part);
  const Trace trace = found.trace(false, spare).trace;
  CHECK_FALSE(reply_of(trace, 0).quote);
  CHECK(reply_of(trace, 0).sent->ip.source == Address(0xc0000201));  // tells the source
  CHECK_FALSE(reply_of(trace, 1).quote);
  CHECK_FALSE(reply_of(trace, 1).sent);
}

TEST_CASE(
    "where one SYN is quoted otherwise, all quotes are there, and the SYNs as they were sent") {
  auto odd = quoted(8, 103);
  SUBCASE("another TOS") {
    odd.ip.tos = 0;
  }
  SUBCASE("another window") {
    odd.tcp.rest->window = 511;
  }
  SUBCASE("an option") {
    odd.tcp.rest->options.mss = 1400;
  }
  SUBCASE("a TTL that did not run out") {
    odd.ip.ttl = Ttl{2};
  }
  SUBCASE("another IP id") {
    odd.ip.id = IpId{7};
  }
  SpareMemory spare;
  TraceAssembly found = begun();
  for (std::uint8_t more = 1; more < 4; ++more) {
    add(found, syn_with(5 + more, static_cast<std::uint16_t>(100 + more)), noon);
  }
  auto in_part = quoted(5, 100);
  in_part.tcp.rest.reset();
  auto in_full = quoted(6, 101);
  in_full.ip.total_length = 60;  // some routers count wrong; no business of ours, but kept
  found.on(reply_to(0, 1), &in_part);
  found.on(reply_to(1, 2), &in_full);
  found.on(reply_to(2, 3), nullptr);
  found.on(reply_to(3, 4), &odd);
  const Trace trace = found.trace(false, spare).trace;
  CHECK(*reply_of(trace, 0).quote == in_part);
  CHECK(*reply_of(trace, 1).quote == in_full);
  CHECK_FALSE(reply_of(trace, 2).quote);
  CHECK(*reply_of(trace, 3).quote == odd);
  for (std::uint8_t i = 0; i < 4; ++i) {
    const TcpSegment sent = captured(syn_with(5 + i, static_cast<std::uint16_t>(100 + i)));
    CHECK(*reply_of(trace, i).sent == IcmpError::Quote{sent.ip, sent.tcp});
  }
}

TEST_CASE("where several routers answer at one hop, SYNs are there to tell the flows apart") {
  SpareMemory spare;
  TraceAssembly found = begun();
  Syn other = syn_with(5, 101);
  other.flow.source.port = Port{40001};
  add(found, other, noon);
  const auto first = quoted(5, 100);
  auto second = quoted(5, 101);
  second.tcp.source = Port{40001};
  found.on(reply_to(0, 1), &first);
  found.on(reply_to(1, 2), &second);
  const Trace trace = found.trace(false, spare).trace;
  const auto& probes = trace.hops.at(0).probes;
  CHECK(probes.at(0).replies.at(0).sent->tcp.source == Port{40000});
  CHECK(probes.at(1).replies.at(0).sent->tcp.source == Port{40001});
}
