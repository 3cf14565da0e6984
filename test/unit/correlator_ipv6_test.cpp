#include "correlate/correlator.hpp"

#include <doctest/doctest.h>

namespace correlator_ipv6_test {
namespace {

using namespace tracetcp;
using namespace std::chrono_literals;

const Endpoint us{*Address::parse("2001:db8:1::1"), Port{40001}};
const Endpoint far_end{*Address::parse("2001:db8:a::2"), Port{80}};
const Address router = *Address::parse("2001:db8:3::2");
constexpr SeqNumber isn{1000};
constexpr FlowLabel label{0xabcde};

TimePoint at(std::chrono::milliseconds time) {
  return TimePoint(time);
}

/// One flow of SYNs to the far end: TSvals 501, 502, ..., a millisecond apart.
struct FlowOf {
  explicit FlowOf(int probes) {
    for (int i = 0; i < probes; ++i) add(i, {static_cast<std::uint32_t>(501 + i)}, label);
  }

  void add(int i, TsVal tsval, FlowLabel of) {
    const Syn syn{.flow = {us, far_end},
                  .ttl = Ttl{static_cast<std::uint8_t>(i + 1)},
                  .tag = {.isn = isn, .ip_id = {}, .tsval = tsval},
                  .flow_label = of};
    correlator.add({.trace = 7, .index = static_cast<std::uint32_t>(i)}, syn, at(1ms * i));
  }

  std::optional<Reply> take(const Decoded& decoded, TimePoint time = at(100ms)) {
    return correlator.match(decoded, time);
  }

  Correlator correlator;
};

/// A SYN as it was captured or quoted, with that timestamp.
IcmpError::Quote quote_of(std::uint32_t tsval) {
  TcpRest rest{.flags = TcpRest::syn};
  rest.options.timestamps = {TsVal{tsval}, TsVal{}};
  return {.ip = {.source = us.address, .destination = far_end.address, .flow_label = label},
          .tcp = {.source = us.port, .destination = far_end.port, .sequence = isn, .rest = rest}};
}

/// The same up to its sequence number.
IcmpError::Quote cut_quote(FlowLabel of = label) {
  IcmpError::Quote quote = quote_of(0);
  quote.ip.flow_label = of;
  quote.tcp.rest.reset();
  return quote;
}

IcmpError exceeded(const IcmpError::Quote& quote) {
  return {.ip = {.source = router, .destination = us.address, .ttl = Ttl{60}},
          .icmp = {Family::ipv6, 3, 0},
          .quote = quote};
}

/// Another address with the same folded().
Address twin_of(const Address& address) {
  constexpr std::uint64_t odd = 0x9e3779b97f4a7c15ULL;
  const std::uint64_t upper = address.upper() + 1;
  const std::uint64_t lower = (address.upper() * odd) ^ address.lower() ^ (upper * odd);
  std::array<std::uint8_t, Address::ipv6_size> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<std::uint8_t>((i < 8 ? upper : lower) >> (56 - 8 * (i % 8)));
  }
  return Address(Address::Bytes(bytes));
}

}  // namespace

TEST_CASE("over IPv6 the quoted timestamp names the probe, in whatever order they come") {
  FlowOf flow(3);
  const auto third = flow.take(exceeded(quote_of(503)));
  const auto first = flow.take(exceeded(quote_of(501)), at(101ms));
  REQUIRE(third);
  REQUIRE(first);
  CHECK(third->probe == 2);
  CHECK(first->probe == 0);
  CHECK(third->rtt == 98ms);
}

TEST_CASE("over IPv6 a quote of 8 bytes of TCP may be one of several probes") {
  FlowOf flow(3);
  flow.take(exceeded(quote_of(502)));
  const auto unsure = flow.take(exceeded(cut_quote()));
  REQUIRE(unsure);
  CHECK_FALSE(unsure->probe);
  CHECK(unsure->candidates == std::vector<std::uint32_t>{0, 2});
  CHECK(flow.correlator.ignored().of(Reason::unattributed) == 1);
}

TEST_CASE("over IPv6 a quote of 8 bytes of TCP is the only probe's, if there is one only") {
  FlowOf flow(1);
  CHECK(flow.take(exceeded(cut_quote()))->probe == 0);
}

TEST_CASE("over IPv6 a quote with a timestamp that none of ours has goes to no probe") {
  FlowOf one(1);
  CHECK_FALSE(one.take(exceeded(quote_of(777)))->probe);
  FlowOf several(3);
  CHECK_FALSE(several.take(exceeded(quote_of(777)))->probe);
}

TEST_CASE("a flow label of its own names the probe of who gives it one") {
  FlowOf flow(0);
  for (int i = 0; i < 3; ++i) flow.add(i, {}, {static_cast<std::uint32_t>(i + 1)});
  CHECK(flow.take(exceeded(cut_quote({3})))->probe == 2);
  CHECK(flow.take(exceeded(cut_quote({1})))->probe == 0);
  CHECK_FALSE(flow.take(exceeded(cut_quote({9})))->probe);
}

TEST_CASE("our own SYN over IPv6 is known by its timestamp when it leaves") {
  FlowOf flow(3);
  const IcmpError::Quote own = quote_of(502);
  CHECK_FALSE(flow.take(TcpSegment{.ip = own.ip, .tcp = own.tcp}, at(40ms)));
  CHECK(flow.correlator.seen_leaving() == 1);
  CHECK(flow.take(exceeded(own))->rtt == 60ms);
  CHECK(flow.take(exceeded(quote_of(501)))->rtt == 100ms);
}

TEST_CASE("over IPv6 a rewritten ISN is believed where the timestamp is the SYN's") {
  FlowOf flow(3);
  IcmpError::Quote rewritten = quote_of(502);
  rewritten.tcp.sequence = {5000};
  const auto reply = flow.take(exceeded(rewritten));
  REQUIRE(reply);
  CHECK(reply->probe == 1);
  CHECK(reply->isn_rewritten);

  IcmpError::Quote cut = cut_quote();
  cut.tcp.sequence = {6000};
  CHECK(flow.take(exceeded(cut))->kind == ReplyKind::stray);
}

TEST_CASE("NAT66 may have rewritten one end of the quote") {
  FlowOf flow(3);
  IcmpError::Quote quote = quote_of(502);
  quote.ip.source = *Address::parse("2001:db8:ffff::1");
  CHECK(flow.take(exceeded(quote))->probe == 1);
  quote = quote_of(503);
  quote.ip.destination = *Address::parse("fd00::80");
  CHECK(flow.take(exceeded(quote))->probe == 2);
}

TEST_CASE("our SYN translated by NAT66 of this machine is known by timestamp and ISN") {
  FlowOf flow(2);
  IcmpError::Quote left = quote_of(502);
  left.ip.source = *Address::parse("2001:db8:ffff::1");
  left.tcp.source = {1024};
  CHECK_FALSE(flow.take(TcpSegment{.ip = left.ip, .tcp = left.tcp}, at(40ms)));
  CHECK(flow.correlator.seen_leaving() == 1);
  CHECK(flow.take(exceeded(left))->probe == 1);
}

TEST_CASE("addresses with the same hash are not mistaken for each other") {
  FlowOf flow(1);
  IcmpError::Quote quote = quote_of(501);
  quote.ip.destination = twin_of(far_end.address);
  REQUIRE(folded(quote.ip.destination) == folded(far_end.address));
  quote.tcp.sequence = {5000};
  CHECK_FALSE(flow.take(exceeded(quote)));
  CHECK(flow.correlator.ignored().of(Reason::not_ours) == 1);
}

}  // namespace correlator_ipv6_test
