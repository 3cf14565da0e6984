// The yardstick is what connect() of Linux says of the same answers.

#include "tracer/judge.hpp"

#include "trace_builder.hpp"

#include <doctest/doctest.h>

using namespace tracetcp;
using namespace tracetcp::test;
using namespace std::chrono_literals;

namespace judge_test {
namespace {

Reply from_target(ReplyKind kind, Duration after) {
  Reply answer = reply("198.51.100.1", after, kind);
  answer.time = start + after;
  return answer;
}

Reply rejection(Duration after) {
  Reply answer = reply("10.0.0.2", after, ReplyKind::unreachable);
  answer.time = start + after;
  answer.icmp = {tracetcp::Family::ipv4, 3, 13};
  return answer;
}

Reply expired(Duration after) {
  Reply answer = reply("10.0.0.3", after);
  answer.time = start + after;
  return answer;
}

/// Two routers, then a hop whose one SYN got these answers, in the order of recording.
Trace answered(const std::vector<Reply>& replies) {
  Trace trace = trace_to("198.51.100.1", 80);
  add_hop(trace, 1, {reply("10.0.0.1", 1ms)});
  add_hop(trace, 2, {reply("10.0.0.2", 2ms)});
  add_hop(trace, 3, {std::nullopt}).probes.front().replies = replies;
  return trace;
}

void check(Trace& trace, const std::vector<Reply>& replies) {
  trace.checks.push_back({.index = 9, .ttl = Ttl{127}, .sent = start, .replies = replies});
}

constexpr auto syn_ack = ReplyKind::syn_ack;
constexpr auto rst = ReplyKind::rst;

}  // namespace

TEST_CASE("of several answers to one SYN the first decides, whichever was recorded first") {
  struct Case {
    std::vector<Reply> replies;
    State state;
  };
  const std::vector<Case> cases{
      {{from_target(rst, 3ms), from_target(syn_ack, 4ms)}, State::closed},
      {{from_target(syn_ack, 4ms), from_target(rst, 3ms)}, State::closed},
      {{from_target(syn_ack, 3ms), from_target(rst, 4ms)}, State::open},
      {{rejection(3ms), from_target(syn_ack, 4ms)}, State::rejected},
      {{from_target(syn_ack, 3ms), rejection(4ms)}, State::open},
      {{rejection(3ms), from_target(rst, 4ms)}, State::rejected},
      {{from_target(rst, 3ms), rejection(4ms)}, State::closed},
  };
  for (const Case& one : cases) {
    const Trace trace = answered(one.replies);
    CAPTURE(name(one.replies.front().kind));
    CAPTURE(name(one.replies.back().kind));
    const Verdict verdict = judge(trace);
    CHECK(verdict.state == one.state);
    CHECK(verdict.ttl == Ttl{3});
    CHECK(verdict.rtt == Duration(3ms));
    CHECK(is_contradictory(trace));
  }
  CHECK_FALSE(is_contradictory(answered({from_target(syn_ack, 3ms)})));
}

TEST_CASE("a SYN-ACK outweighs the RST to another SYN, and the path ends where the RST came from") {
  Trace trace = answered({from_target(rst, 3ms)});
  add_hop(trace, 4, {from_target(syn_ack, 4ms)});
  CHECK(judge(trace).state == State::open);
  CHECK(judge(trace).ttl == Ttl{3});
  CHECK_FALSE(is_contradictory(trace));
}

TEST_CASE("a check decides what an application gets") {
  // A RST that fits several SYNs came before the SYN-ACK to one of them.
  Trace trace = answered({from_target(syn_ack, 4ms)});
  trace.hops.back().probes.front().contested = true;
  CHECK(is_contradictory(trace));
  CHECK(judge(trace).state == State::open);

  Trace refused = trace;
  check(refused, {from_target(rst, 3ms), from_target(syn_ack, 4ms)});
  CHECK(judge(refused).state == State::closed);
  CHECK(judge(refused).ttl == Ttl{3});
  Trace accepted = trace;
  check(accepted, {from_target(syn_ack, 3ms), from_target(rst, 4ms)});
  CHECK(judge(accepted).state == State::open);
  CHECK(judge(accepted).rtt == Duration(3ms));
  Trace silent = trace;
  check(silent, {});
  CHECK(judge(silent).state == State::open);
}

TEST_CASE("a SYN that expired did not get to the end, whatever else answers it") {
  Trace trace = answered({expired(3ms), from_target(syn_ack, 4ms)});
  CHECK_FALSE(find_ending(trace));
  CHECK(judge(trace).state == State::open);  // for an application
  CHECK_FALSE(judge(trace).ttl);
  add_hop(trace, 4, {from_target(syn_ack, 4ms)});
  CHECK(judge(trace).ttl == Ttl{4});
}

}  // namespace judge_test
