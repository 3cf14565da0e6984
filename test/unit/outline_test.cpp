#include "diagnose/outline.hpp"

#include "trace_builder.hpp"

#include <doctest/doctest.h>

using namespace tracetcp;
using namespace tracetcp::test;
using diagnosing::Outline;
using diagnosing::outline_of;
using std::chrono::milliseconds;

namespace {

/// Three hops, and the target behind them.
Trace plain_trace() {
  Trace trace = trace_to("198.51.100.1", 80);
  add_hop(trace, 1, "10.0.0.1", 1, 2, 3);
  add_hop(trace, 2, "10.0.0.2", 1, 2, 3);
  add_hop(trace, 3, {reply("10.0.0.3", milliseconds(3)), std::nullopt});
  add_hop(trace, 4, {reply("198.51.100.1", milliseconds(4), ReplyKind::syn_ack)});
  return trace;
}

}  // namespace

TEST_CASE("the outline of a trace in which all is usual has nothing") {
  const Outline outline = outline_of(plain_trace());
  CHECK_FALSE(outline.has_several);
  CHECK_FALSE(outline.has_quotes);
  CHECK_FALSE(outline.answers_as_target);
  CHECK_FALSE(outline.may_expire_behind_end);
  CHECK_FALSE(outline.path_mtu);
}

TEST_CASE("the outline has what the last answer alone shows") {
  Trace trace = plain_trace();
  std::vector<Reply>& last = trace.hops[2].probes[0].replies;
  SUBCASE("several answers to one SYN") {
    last.push_back(reply("198.51.100.1", milliseconds(4), ReplyKind::rst));
    CHECK(outline_of(trace).has_several);
  }
  SUBCASE("a quote") {
    last[0].quote = IcmpError::Quote{};
    CHECK(outline_of(trace).has_quotes);
  }
  SUBCASE("time-exceeded in the target's name") {
    last[0].from = trace.target.address;
    CHECK(outline_of(trace).answers_as_target);
  }
  SUBCASE("the least of the MTUs") {
    last[0].next_hop_mtu = 1400;
    trace.hops[0].probes[1].replies[0].next_hop_mtu = 1492;
    CHECK(outline_of(trace).path_mtu == std::uint16_t{1400});
  }
}

TEST_CASE("a SYN expires behind the end if one with no more TTL was answered") {
  Trace trace = plain_trace();
  SUBCASE("with less TTL") {
    trace.hops[1].probes[2].replies = {reply("198.51.100.1", milliseconds(4), ReplyKind::rst)};
    CHECK(outline_of(trace).may_expire_behind_end);
  }
  SUBCASE("with the same TTL") {
    trace.hops[3].probes.push_back(trace.hops[2].probes[0]);
    CHECK(outline_of(trace).may_expire_behind_end);
  }
  SUBCASE("not by an ICMP error, which is in nobody's name but its sender's") {
    trace.hops[0].probes[0].replies = {reply("10.0.0.1", milliseconds(4), ReplyKind::unreachable)};
    CHECK_FALSE(outline_of(trace).may_expire_behind_end);
  }
}
