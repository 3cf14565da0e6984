#include "correlate/correlator.hpp"

#include <doctest/doctest.h>

using namespace tracetcp;
using namespace std::chrono_literals;

namespace correlator_test {
namespace {

const Endpoint us{Address(0x0a000001), Port{40001}};
const Endpoint far_end{Address(0x0a0000fe), Port{80}};
const Address router(0x0a000009);
constexpr SeqNumber isn{1000};

TimePoint at(std::chrono::milliseconds time) {
  return TimePoint(time);
}

/// One flow of SYNs to the far end: ids 11, 12, ... and TSvals 501, 502, ..., a millisecond apart.
struct FlowOf {
  explicit FlowOf(int probes) {
    for (int i = 0; i < probes; ++i) add(i, isn);
  }

  Syn add(int i, SeqNumber with_isn) {
    const Syn syn{.flow = {us, far_end},
                  .ttl = Ttl{static_cast<std::uint8_t>(i + 1)},
                  .tag = {with_isn, IpId{static_cast<std::uint16_t>(11 + i)},
                          TsVal{static_cast<std::uint32_t>(501 + i)}}};
    correlator.add({.trace = 7, .index = static_cast<std::uint32_t>(i)}, syn, at(1ms * i));
    return syn;
  }

  std::optional<Reply> take(const Decoded& decoded, TimePoint time = at(100ms)) {
    return correlator.match(decoded, time);
  }

  Correlator correlator;
};

TcpSegment from_target(std::uint8_t flags, SeqNumber acknowledgement) {
  return {.ip = {.source = far_end.address, .destination = us.address},
          .tcp = {.source = far_end.port,
                  .destination = us.port,
                  .sequence = {77},
                  .rest = TcpRest{.acknowledgement = acknowledgement, .flags = flags}}};
}

TcpSegment syn_ack(std::optional<std::uint32_t> echo) {
  auto segment = from_target(TcpRest::syn | TcpRest::ack, isn + 1);
  if (echo) segment.tcp.rest->options.timestamps = {TsVal{9}, TsVal{*echo}};
  return segment;
}

TcpSegment rst(SeqNumber acknowledgement) {
  return from_target(TcpRest::rst | TcpRest::ack, acknowledgement);
}

IcmpError exceeded(std::uint16_t id) {
  return {.ip = {.source = router, .destination = us.address, .ttl = Ttl{60}},
          .type = 11,
          .quote = {.ip = {.source = us.address, .destination = far_end.address, .id = IpId{id}},
                    .tcp = {.source = us.port, .destination = far_end.port, .sequence = isn}}};
}

}  // namespace

TEST_CASE("an ICMP error is attributed by the quoted IP id, in whatever order it comes") {
  FlowOf flow(3);
  const auto third = flow.take(exceeded(13));
  const auto first = flow.take(exceeded(11), at(101ms));
  REQUIRE(third);
  REQUIRE(first);
  CHECK(third->probe == 2);
  CHECK(first->probe == 0);
  CHECK(third->trace == 7);
  CHECK(third->from == router);
  CHECK(third->ttl == Ttl{60});
  CHECK(third->rtt == 98ms);
}

TEST_CASE("the RTT counts from the capture stamp of our own SYN, once that was seen") {
  FlowOf flow(1);
  const TcpSegment own{.ip = {.source = us.address, .destination = far_end.address, .id = IpId{11}},
                       .tcp = {.source = us.port,
                               .destination = far_end.port,
                               .sequence = isn,
                               .rest = TcpRest{.flags = TcpRest::syn}}};
  CHECK_FALSE(flow.take(own, at(40ms)));
  CHECK(flow.take(exceeded(11))->rtt == 60ms);
}

TEST_CASE("a second answer of the same kind is a duplicate, one of another kind is not") {
  FlowOf flow(2);
  CHECK(flow.take(exceeded(11)));
  CHECK_FALSE(flow.take(exceeded(11)));
  CHECK(flow.correlator.ignored().of(Reason::duplicate) == 1);
  CHECK(flow.take(syn_ack(501))->probe == 0);
}

TEST_CASE("a SYN-ACK names its SYN by the echoed timestamp") {
  FlowOf flow(3);
  const auto reply = flow.take(syn_ack(502));
  REQUIRE(reply);
  CHECK(reply->kind == ReplyKind::syn_ack);
  CHECK(reply->probe == 1);
}

TEST_CASE("a SYN-ACK without timestamps is certain only if one SYN is left") {
  FlowOf flow(3);
  flow.take(exceeded(11));
  const auto unsure = flow.take(syn_ack(std::nullopt));
  REQUIRE(unsure);
  CHECK_FALSE(unsure->probe);
  CHECK(unsure->candidates == std::vector<std::uint32_t>{1, 2});
  CHECK(flow.correlator.ignored().of(Reason::unattributed) == 1);
  flow.take(exceeded(12));
  CHECK(flow.take(syn_ack(std::nullopt))->probe == 2);
}

TEST_CASE("a RST is never guessed among several SYNs of one ISN") {
  FlowOf flow(3);
  flow.take(exceeded(11));
  const auto reply = flow.take(rst(isn + 1));
  REQUIRE(reply);
  CHECK(reply->kind == ReplyKind::rst);
  CHECK_FALSE(reply->probe);
  CHECK(reply->candidates == std::vector<std::uint32_t>{1, 2});
}

TEST_CASE("SYNs that leave after a RST can't be what it answers") {
  FlowOf flow(2);
  flow.take(exceeded(11));
  CHECK(flow.take(rst(isn + 1), at(1ms))->probe == 1);  // sent at 1 ms
  FlowOf later(2);
  later.take(exceeded(11), TimePoint(500us));
  CHECK_FALSE(later.take(rst(isn + 1), TimePoint(600us))->probe);  // before that
}

TEST_CASE("a SYN with an ISN of its own is named by any answer, RSTs with the ISN itself too") {
  FlowOf flow(2);
  flow.add(2, SeqNumber{90000});
  CHECK(flow.take(rst({90001}))->probe == 2);
  FlowOf other(2);
  other.add(2, SeqNumber{90000});
  CHECK(other.take(rst({90000}))->probe == 2);
}

TEST_CASE("what lacks the ISN is not ours and changes nothing") {
  FlowOf flow(2);
  auto wrong_quote = exceeded(11);
  wrong_quote.quote.tcp.sequence = {4711};
  wrong_quote.quote.ip.id = {4711};
  CHECK_FALSE(flow.take(wrong_quote));
  CHECK_FALSE(flow.take(rst({4711})));
  auto from_elsewhere = syn_ack(501);
  from_elsewhere.ip.source = router;
  CHECK_FALSE(flow.take(from_elsewhere));
  auto bare_rst = rst(isn + 1);
  bare_rst.tcp.rest->flags = TcpRest::rst;
  CHECK_FALSE(flow.take(bare_rst));
  CHECK(flow.correlator.ignored().of(Reason::not_ours) == 3);
  CHECK(flow.correlator.ignored().of(Reason::other_isn) == 1);  // its ports are ours
  CHECK(flow.take(exceeded(11))->probe == 0);
}

TEST_CASE("a firewall may have rewritten the ISN, where 4-tuple and IP id are ours") {
  FlowOf flow(2);
  auto rewritten = exceeded(11);
  rewritten.quote.tcp.sequence = {4711};
  const auto reply = flow.take(rewritten);
  REQUIRE(reply);
  CHECK(reply->probe == 0);
  CHECK(reply->quote->tcp.sequence == SeqNumber{4711});
  rewritten.quote.tcp.source.value ^= 1;
  CHECK_FALSE(flow.take(rewritten));
}

TEST_CASE("a NAT may have rewritten one end of the quote, not both") {
  FlowOf flow(2);
  auto source_rewritten = exceeded(11);
  source_rewritten.quote.ip.source = Address(0x01020304);
  source_rewritten.quote.tcp.source = Port{1};
  CHECK(flow.take(source_rewritten)->probe == 0);
  auto target_rewritten = exceeded(12);
  target_rewritten.quote.ip.destination = Address(0x01020304);
  target_rewritten.quote.tcp.destination = Port{8080};
  CHECK(flow.take(target_rewritten)->probe == 1);
  auto both = exceeded(12);
  both.quote.tcp.source = Port{1};
  both.quote.tcp.destination = Port{8080};
  CHECK_FALSE(flow.take(both));
}

TEST_CASE("rewritten IP ids: told by the quoted timestamp, else not told") {
  FlowOf flow(3);
  auto long_quote = exceeded(9999);
  long_quote.quote.tcp.rest = TcpRest{.flags = TcpRest::syn};
  long_quote.quote.tcp.rest->options.timestamps = {TsVal{503}, TsVal{0}};
  CHECK(flow.take(long_quote)->probe == 2);
  CHECK_FALSE(flow.take(exceeded(9998))->probe);
  // From now on an id that looks like one of ours may be so by chance.
  CHECK_FALSE(flow.take(exceeded(11))->probe);
}

TEST_CASE("the RSTs of our own kernel and other segments of the flow are counted by their names") {
  FlowOf flow(1);
  const TcpSegment own{.ip = {.source = us.address, .destination = far_end.address},
                       .tcp = {.source = us.port,
                               .destination = far_end.port,
                               .sequence = isn + 1,
                               .rest = TcpRest{.flags = TcpRest::rst}}};
  CHECK_FALSE(flow.take(own));
  CHECK_FALSE(flow.take(from_target(TcpRest::ack, isn + 1)));  // a challenge ACK
  CHECK(flow.correlator.ignored().of(Reason::own_reset) == 1);
  CHECK(flow.correlator.ignored().of(Reason::tcp_other) == 1);
}

TEST_CASE("source quench and redirect are passed on, but answer nothing") {
  FlowOf flow(2);
  flow.take(exceeded(11));
  auto redirect = exceeded(12);
  redirect.type = 5;
  CHECK(flow.take(redirect)->kind == ReplyKind::notice);
  CHECK(flow.take(rst(isn + 1))->probe == 1);
}

TEST_CASE("what comes for a concluded trace is late, and what can't be decoded keeps its reason") {
  FlowOf flow(2);
  flow.correlator.conclude(7);
  CHECK_FALSE(flow.take(exceeded(11)));
  CHECK_FALSE(flow.take(syn_ack(501)));
  CHECK(flow.correlator.ignored().of(Reason::late) == 2);
  CHECK_FALSE(flow.take(Decoded{Reason::ip_truncated}));
  CHECK(flow.correlator.ignored().of(Reason::ip_truncated) == 1);
}

TEST_CASE("two flows with the same ISN are told apart by their ports") {
  FlowOf flow(1);
  Syn other{
      .flow = {us, {far_end.address, Port{81}}}, .ttl = Ttl{1}, .tag = {isn, IpId{11}, TsVal{501}}};
  flow.correlator.add({.trace = 8, .index = 0}, other, at(0ms));
  auto quote = exceeded(11);
  quote.quote.tcp.destination = Port{81};
  CHECK(flow.take(quote)->trace == 8);
  CHECK(flow.take(exceeded(11))->trace == 7);
}

}  // namespace correlator_test
