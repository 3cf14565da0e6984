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

/// Empty: nothing came of it.
std::optional<StrayKind> stray_of(const std::optional<Reply>& reply) {
  if (!reply || reply->kind != ReplyKind::stray) return std::nullopt;
  return reply->stray->kind;
}

IcmpError exceeded(std::uint16_t id) {
  return {.ip = {.source = router, .destination = us.address, .ttl = Ttl{60}},
          .icmp = {tracetcp::Family::ipv4, 11, 0},
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
  CHECK(stray_of(flow.take(exceeded(11))) == StrayKind::duplicate);
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

TEST_CASE("a SYN with an ISN of its own is named by any answer") {
  FlowOf flow(2);
  flow.add(2, SeqNumber{90000});
  CHECK(flow.take(rst({90001}))->probe == 2);
}

// RFC 9293, section 3.10.7.3, says what a TCP in SYN-SENT takes: kernels time out on these.
TEST_CASE("what an application's TCP ignores answers no probe, but is told by kind and sender") {
  struct Case {
    const char* what;
    TcpSegment segment;
    StrayKind kind;
  };
  auto bare_rst = rst(isn + 1);
  bare_rst.tcp.rest->flags = TcpRest::rst;
  auto other_ack = syn_ack(501);
  other_ack.tcp.rest->acknowledgement = {4711};
  auto from_elsewhere = syn_ack(502);
  from_elsewhere.ip.source = router;
  auto from_other_port = syn_ack(502);
  from_other_port.tcp.source = Port{8080};
  auto damaged = syn_ack(502);
  damaged.arrival.wrong_checksum = true;
  for (const Case& one : {
           Case{"RST without ACK", bare_rst, StrayKind::reset_without_ack},
           Case{"SYN-ACK of another", other_ack, StrayKind::syn_ack_of_another},
           Case{"RST of another", rst({4711}), StrayKind::reset_of_another},
           Case{"RST of the ISN itself", rst(isn), StrayKind::reset_of_another},
           Case{"challenge ACK", from_target(TcpRest::ack, {4711}), StrayKind::lone_ack},
           Case{"ACK of our SYN", from_target(TcpRest::ack, isn + 1), StrayKind::lone_ack},
           Case{"other address", from_elsewhere, StrayKind::other_address},
           Case{"other port", from_other_port, StrayKind::other_port},
           Case{"timestamp that we did not send", syn_ack(77), StrayKind::other_echo},
           Case{"wrong checksum", damaged, StrayKind::wrong_checksum},
       }) {
    CAPTURE(one.what);
    FlowOf flow(2);
    const auto reply = flow.take(one.segment);
    CHECK(stray_of(reply) == one.kind);
    REQUIRE(reply);
    CHECK(reply->trace == 7);
    CHECK(reply->stray->from == Endpoint{one.segment.ip.source, one.segment.tcp.source});
    CHECK(reply->probe.has_value() ==
          (one.segment.tcp.rest->options.timestamps &&
           one.segment.tcp.rest->options.timestamps->echo.value == 502));
    CHECK(flow.take(syn_ack(502))->probe == 1);  // nothing is taken as answered
  }
}

TEST_CASE("once a SYN-ACK came, segments of the flow are a connection's and no strays") {
  FlowOf flow(2);
  flow.take(syn_ack(501));
  CHECK_FALSE(flow.take(from_target(TcpRest::ack, {4711})));
  CHECK_FALSE(flow.take(from_target(TcpRest::ack, isn + 1)));
  CHECK(flow.correlator.ignored().of(Reason::other_isn) == 1);
  CHECK(flow.correlator.ignored().of(Reason::tcp_other) == 1);
}

TEST_CASE("an echo of zero is taken as none, as kernels do") {
  FlowOf flow(1);
  CHECK(flow.take(syn_ack(0))->probe == 0);
}

TEST_CASE("an answer tagged for a VLAN that our SYNs did not leave by is not delivered") {
  TcpSegment own{.ip = {.source = us.address, .destination = far_end.address, .id = IpId{11}},
                 .tcp = {.source = us.port,
                         .destination = far_end.port,
                         .sequence = isn,
                         .rest = TcpRest{.flags = TcpRest::syn}}};
  auto answer = syn_ack(501);
  answer.arrival.vlan = 5;
  FlowOf untagged(1);
  CHECK_FALSE(untagged.take(own));
  CHECK(stray_of(untagged.take(answer)) == StrayKind::other_vlan);
  FlowOf tagged(1);
  own.arrival.vlan = 5;
  CHECK_FALSE(tagged.take(own));
  CHECK(tagged.take(answer)->probe == 0);
}

TEST_CASE("where our own SYN has a wrong checksum, that of answers tells nothing") {
  TcpSegment own{.ip = {.source = us.address, .destination = far_end.address, .id = IpId{11}},
                 .tcp = {.source = us.port,
                         .destination = far_end.port,
                         .sequence = isn,
                         .rest = TcpRest{.flags = TcpRest::syn}}};
  own.arrival.wrong_checksum = true;
  auto answer = syn_ack(501);
  answer.arrival.wrong_checksum = true;
  FlowOf flow(1);
  CHECK_FALSE(flow.take(own));
  CHECK(flow.take(answer)->probe == 0);
}

TEST_CASE("an answer from elsewhere is none where our SYN itself was translated to there") {
  FlowOf flow(1);
  auto answer = syn_ack(501);
  answer.ip.source = router;
  const TcpSegment translated{.ip = {.source = us.address, .destination = router, .id = IpId{11}},
                              .tcp = {.source = us.port,
                                      .destination = far_end.port,
                                      .sequence = isn,
                                      .rest = TcpRest{.flags = TcpRest::syn}}};
  CHECK_FALSE(flow.take(translated));
  CHECK_FALSE(flow.take(answer));
}

TEST_CASE("what has neither ISN nor flow of ours is not ours") {
  FlowOf flow(2);
  auto other_flow = exceeded(11);
  other_flow.quote.tcp.sequence = {4711};
  other_flow.quote.tcp.source = Port{1};
  CHECK_FALSE(flow.take(other_flow));
  auto other_port = syn_ack(501);
  other_port.tcp.destination = Port{1};
  CHECK_FALSE(flow.take(other_port));
  CHECK(flow.correlator.ignored().of(Reason::not_ours) == 2);
  CHECK(flow.take(exceeded(11))->probe == 0);
}

TEST_CASE("a rewritten ISN is believed where two probes' quotes agree, and the first comes late") {
  FlowOf flow(3);
  auto rewritten = exceeded(12);
  rewritten.quote.tcp.sequence = isn + 4711;
  CHECK_FALSE(flow.take(rewritten, at(50ms)));
  CHECK_FALSE(flow.take(rewritten, at(51ms)));  // the same probe again says nothing more
  rewritten.quote.ip.id = IpId{11};
  const auto reply = flow.take(rewritten, at(60ms));
  REQUIRE(reply);
  CHECK(reply->probe == 0);
  CHECK(reply->isn_rewritten);
  CHECK(reply->quote->tcp.sequence == isn + 4711);
  const auto first = flow.correlator.take_released();
  REQUIRE(first);
  CHECK(first->probe == 1);
  CHECK(first->time == at(50ms));
  CHECK(first->isn_rewritten);
  for (auto more = flow.correlator.take_released(); more; more = flow.correlator.take_released()) {
    CHECK(stray_of(more) == StrayKind::duplicate);
  }
  rewritten.quote.ip.id = IpId{13};
  CHECK(flow.take(rewritten)->probe == 2);
}

TEST_CASE("a rewritten ISN is believed at once where IP id and timestamp are the SYN's") {
  FlowOf flow(2);
  auto rewritten = exceeded(12);
  rewritten.quote.tcp.sequence = {99};
  rewritten.quote.tcp.rest = TcpRest{.flags = TcpRest::syn};
  rewritten.quote.tcp.rest->options.timestamps = {TsVal{501}, TsVal{0}};
  CHECK_FALSE(flow.take(rewritten));  // that of the other SYN
  rewritten.quote.tcp.rest->options.timestamps = {TsVal{502}, TsVal{0}};
  const auto reply = flow.take(rewritten);
  REQUIRE(reply);
  CHECK(reply->probe == 1);
  CHECK(reply->isn_rewritten);
}

TEST_CASE("guesses at IP id and ISN are strays, and end all belief in rewritten ISNs") {
  for (const bool same_isn : {false, true}) {  // of the guesses
    CAPTURE(same_isn);
    FlowOf flow(3);
    for (std::uint16_t id = 1; id < 40; ++id) {
      auto guess = exceeded(id);
      guess.icmp.type = 3;
      guess.quote.tcp.sequence = {same_isn ? 4711 : 4711U * id};
      const auto reply = flow.take(guess);
      CHECK((!reply || stray_of(reply) == StrayKind::other_quote));
      CHECK_FALSE(flow.correlator.take_released());
    }
    CHECK(flow.take(exceeded(12))->probe == 1);
  }
}

TEST_CASE("a quote with another IP id goes to no probe, even if there is only one") {
  FlowOf flow(1);
  const auto reply = flow.take(exceeded(12));
  REQUIRE(reply);
  CHECK_FALSE(reply->probe);
  CHECK(reply->candidates == std::vector<std::uint32_t>{0});
  // ... nor to the only one that is not answered yet.
  FlowOf two(2);
  two.take(exceeded(11));
  CHECK_FALSE(two.take(exceeded(99))->probe);
}

TEST_CASE("an ISN of its own names the probe, whatever became of the IP id") {
  FlowOf flow(1);
  flow.add(1, SeqNumber{90000});
  auto quote = exceeded(99);
  quote.quote.tcp.sequence = {90000};
  CHECK(flow.take(quote)->probe == 1);
}

TEST_CASE("an IP id that is quoted in the other byte order is the probe's") {
  FlowOf flow(2);
  CHECK(flow.take(exceeded(0x0c00))->probe == 1);
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
  flow.take(from_target(TcpRest::ack, isn + 1));  // a challenge ACK
  CHECK(flow.correlator.ignored().of(Reason::own_reset) == 1);
  CHECK(flow.correlator.ignored().of(Reason::tcp_other) == 1);
}

TEST_CASE("source quench and redirect are passed on, but answer nothing") {
  FlowOf flow(2);
  flow.take(exceeded(11));
  auto redirect = exceeded(12);
  redirect.icmp.type = 5;
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

namespace {

const Endpoint behind_nat{Address(0x0a00000b), Port{8080}};
const Endpoint as_vip{Address(0x0a000004), Port{50000}};

/// The i-th SYN of a FlowOf, as the NAT of its machine lets it out.
TcpSegment left_as(int i, Endpoint source, Endpoint target) {
  TcpSegment syn{.ip = {.source = source.address,
                        .destination = target.address,
                        .id = IpId{static_cast<std::uint16_t>(11 + i)}},
                 .tcp = {.source = source.port,
                         .destination = target.port,
                         .sequence = isn,
                         .rest = TcpRest{.flags = TcpRest::syn}}};
  syn.tcp.rest->options.timestamps = {TsVal{static_cast<std::uint32_t>(501 + i)}, TsVal{0}};
  return syn;
}

/// A SYN-ACK or RST from there to there.
TcpSegment answer_between(Endpoint from, Endpoint to, std::uint8_t flags) {
  return {.ip = {.source = from.address, .destination = to.address},
          .tcp = {.source = from.port,
                  .destination = to.port,
                  .sequence = {77},
                  .rest = TcpRest{.acknowledgement = isn + 1, .flags = flags}}};
}

/// As add_departures() has it of a trace with one probe a hop.
Trace departures(const Correlator& correlator, int probes) {
  Trace trace;
  trace.id = 7;
  for (int i = 0; i < probes; ++i) {
    trace.hops.push_back({.ttl = Ttl{static_cast<std::uint8_t>(i + 1)},
                          .probes = {{.index = static_cast<std::uint32_t>(i)}}});
  }
  correlator.add_departures(trace);
  return trace;
}

}  // namespace

TEST_CASE("what answers a SYN as this machine's NAT let it out answers the SYN that we made") {
  constexpr std::uint8_t syn_and_ack = TcpRest::syn | TcpRest::ack;
  for (const Endpoint target : {far_end, behind_nat}) {
    for (const Endpoint source : {us, as_vip}) {
      if (target == far_end && source == us) continue;
      FlowOf flow(2);
      CHECK_FALSE(flow.take(left_as(0, source, target), at(40ms)));
      const auto open = flow.take(answer_between(target, source, syn_and_ack));
      REQUIRE(open);
      CHECK(open->kind == ReplyKind::syn_ack);
      CHECK(open->from == far_end.address);  // as an application sees it
      FlowOf expiring(2);
      expiring.take(left_as(1, source, target), at(40ms));
      auto error = exceeded(12);
      error.quote.ip.source = source.address;
      error.quote.ip.destination = target.address;
      error.quote.tcp.source = source.port;
      error.quote.tcp.destination = target.port;
      const auto hop = expiring.take(error);
      REQUIRE(hop);
      CHECK(hop->probe == 1);
      CHECK(hop->rtt == 60ms);
      CHECK(hop->from == router);
      const Trace trace = departures(expiring.correlator, 2);
      CHECK(trace.hops[0].probes[0].departure == Departure::unseen);
      CHECK(trace.hops[1].probes[0].departure == Departure::translated);
      REQUIRE(trace.translations.size() == 1);
      CHECK(trace.translations[0] == Translation{{us, far_end}, {source, target}});
    }
  }
}

TEST_CASE("what an application's TCP ignores is noted on the 4-tuple that a SYN left with, too") {
  FlowOf flow(1);
  flow.take(left_as(0, as_vip, behind_nat));
  const auto bare = flow.take(answer_between(behind_nat, as_vip, TcpRest::rst));
  REQUIRE(bare);
  REQUIRE(bare->stray);
  CHECK(bare->stray->kind == StrayKind::reset_without_ack);
  auto other = answer_between(behind_nat, as_vip, TcpRest::syn | TcpRest::ack);
  other.tcp.rest->acknowledgement = isn + 1000;
  const auto wrong = flow.take(other);
  REQUIRE(wrong);
  REQUIRE(wrong->stray);
  CHECK(wrong->stray->kind == StrayKind::syn_ack_of_another);
  flow.correlator.forget(7);
  CHECK_FALSE(flow.take(answer_between(behind_nat, as_vip, TcpRest::rst)));
}

TEST_CASE("our kernel's RST leaves translated, too") {
  FlowOf flow(1);
  flow.take(left_as(0, as_vip, behind_nat));
  auto reset = answer_between(as_vip, behind_nat, TcpRest::rst);
  reset.tcp.sequence = isn + 1;
  CHECK_FALSE(flow.take(reset));
  CHECK(flow.correlator.ignored().of(Reason::own_reset) == 1);
}

TEST_CASE("a SYN with our number, but not our timestamp and IP id, is none of ours") {
  FlowOf flow(1);
  auto other = left_as(0, as_vip, behind_nat);
  other.tcp.rest->options.timestamps->value = TsVal{999};
  flow.take(other);
  CHECK_FALSE(flow.take(answer_between(behind_nat, as_vip, TcpRest::rst | TcpRest::ack)));
  other = left_as(0, as_vip, behind_nat);
  other.ip.id = IpId{999};
  flow.take(other);
  CHECK_FALSE(flow.take(answer_between(behind_nat, as_vip, TcpRest::rst | TcpRest::ack)));
  CHECK(departures(flow.correlator, 1).translations.empty());
  CHECK(flow.correlator.seen_leaving() == 0);
}

TEST_CASE("in a capture of somebody else's a translated SYN is one of another flow") {
  Correlator correlator(Correlator::Quotes::kept, Correlator::Vantage::anywhere);
  const Syn syn{.flow = {us, far_end}, .ttl = Ttl{1}, .tag = {isn, IpId{11}, TsVal{501}}};
  correlator.add({.trace = 7, .index = 0}, syn, at(0ms));
  correlator.match(left_as(0, as_vip, behind_nat), at(1ms));
  CHECK_FALSE(
      correlator.match(answer_between(behind_nat, as_vip, TcpRest::rst | TcpRest::ack), at(2ms)));
}

TEST_CASE("what is forgotten of a trace is forgotten of its translations") {
  FlowOf flow(1);
  flow.take(left_as(0, as_vip, behind_nat));
  flow.correlator.forget(7);
  CHECK_FALSE(flow.take(answer_between(behind_nat, as_vip, TcpRest::rst | TcpRest::ack)));
  CHECK(flow.correlator.ignored().of(Reason::not_ours) == 2);  // the SYN, and its answer
}

TEST_CASE("what our kernel says to itself of a SYN is no answer, but why it did not leave") {
  FlowOf flow(2);
  auto error = exceeded(12);
  error.icmp.type = 3;
  error.icmp.code = 13;
  error.ip.source = us.address;
  CHECK_FALSE(flow.take(error));
  const Trace trace = departures(flow.correlator, 2);
  CHECK(trace.hops[0].probes[0].departure == Departure::unseen);
  CHECK(trace.hops[1].probes[0].departure == Departure::refused);
  REQUIRE(trace.refusal);
  CHECK(trace.refusal->cause == Refusal::Cause::firewall);
  CHECK(trace.refusal->reason == "administratively prohibited");
  CHECK(flow.correlator.ignored().of(Reason::own_error) == 1);
}

TEST_CASE("a SYN to this machine itself may be rejected by it") {
  Correlator correlator;
  const Syn syn{
      .flow = {us, {us.address, Port{80}}}, .ttl = Ttl{1}, .tag = {isn, IpId{11}, TsVal{501}}};
  correlator.add({.trace = 7, .index = 0}, syn, at(0ms));
  auto error = exceeded(11);
  error.icmp.type = 3;
  error.ip.source = us.address;
  error.quote.ip.destination = us.address;
  const auto reply = correlator.match(error, at(1ms));
  REQUIRE(reply);
  CHECK(reply->kind == ReplyKind::unreachable);
}

}  // namespace correlator_test
