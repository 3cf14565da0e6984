#include "core/milliseconds.hpp"
#include "trace_builder.hpp"

#include <tracetcp/sentences.hpp>

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using namespace tracetcp;
using namespace tracetcp::test;

TEST_CASE("milliseconds are rounded to nearest") {
  CHECK(whole_milliseconds(0ns) == "0");
  CHECK(whole_milliseconds(499'999ns) == "0");
  CHECK(whole_milliseconds(500'000ns) == "1");
  CHECK(whole_milliseconds(1'499'999ns) == "1");
  CHECK(whole_milliseconds(170'300us) == "170");
  CHECK(whole_milliseconds(-600'000ns) == "-1");
  CHECK(precise_milliseconds(1'042'000ns) == "1.042");
  CHECK(precise_milliseconds(1'042'499ns) == "1.042");
  CHECK(precise_milliseconds(1'042'500ns) == "1.043");
  CHECK(precise_milliseconds(7'999'999ns) == "8.000");
  CHECK(precise_milliseconds(12'005us) == "12.005");
  CHECK(precise_milliseconds(-5us) == "-0.005");
}

TEST_CASE("an open port, and how far away it is") {
  Trace trace = trace_to("66.135.192.41", 80);
  add_hop(trace, 1, "192.168.0.1", 1, 1, 2);
  conclude(trace, State::open, 15, "66.135.192.41", 170'300us);
  CHECK(sentence(trace) == "Port 80 is open on 66.135.192.41, 15 hops away, in 170 ms.");
}

TEST_CASE("a target on the same wire is 1 hop away") {
  Trace trace = trace_to("192.168.0.1", 23);
  add_hop(trace, 1, {reply("192.168.0.1", 1ms, ReplyKind::syn_ack)});
  conclude(trace, State::open, 1, "192.168.0.1", 1ms);
  CHECK(sentence(trace) == "Port 23 is open on 192.168.0.1, 1 hop away, in 1 ms.");
}

TEST_CASE("where only one high TTL was asked the distance is no more than that") {
  Trace trace = trace_to("192.168.0.1", 21);
  add_hop(trace, 50, {reply("192.168.0.1", 1ms, ReplyKind::syn_ack)});
  conclude(trace, State::open, 50, "192.168.0.1", 1ms);
  CHECK(sentence(trace) == "Port 21 is open on 192.168.0.1, at most 50 hops away, in 1 ms.");
}

TEST_CASE("a verdict without TTL, address or time claims none") {
  Trace trace = trace_to("192.168.0.1", 21);
  conclude(trace, State::open);
  CHECK(sentence(trace) == "Port 21 is open on 192.168.0.1.");
}

TEST_CASE("a closed port") {
  Trace trace = trace_to("10.77.10.2", 81);
  add_hop(trace, 1, "10.77.1.1", 1, 1, 1);
  conclude(trace, State::closed, 10, "10.77.10.2", 3ms);
  CHECK(sentence(trace) == "Port 81 is closed on 10.77.10.2 (RST), 10 hops away.");
}

TEST_CASE("a rejection is told of at the hop where the rejecting router stands") {
  Trace trace = trace_to("10.77.10.2", 139);
  add_hop(trace, 5, "10.77.5.2", 1, 1, 1);
  add_hop(trace, 6, "10.77.6.2", 1, 1, 1);
  add_hop(trace, 7, {reply("10.77.6.2", 1ms, ReplyKind::unreachable)});
  conclude(trace, State::rejected, 7, "10.77.6.2", 1ms);
  trace.verdict.icmp = {tracetcp::Family::ipv4, 3, 13};
  CHECK(sentence(trace) == "10.77.6.2 at hop 6 rejects port 139: administratively prohibited.");
}

TEST_CASE("a rejecting router that never let a SYN expire stands at the verdict's TTL") {
  Trace trace = trace_to("10.77.10.2", 139);
  add_hop(trace, 6, {std::nullopt});
  add_hop(trace, 7, {reply("10.77.6.2", 1ms, ReplyKind::unreachable)});
  conclude(trace, State::rejected, 7, "10.77.6.2", 1ms);
  trace.verdict.icmp = {tracetcp::Family::ipv4, 3, 1};
  CHECK(sentence(trace) == "10.77.6.2 at hop 7 rejects port 139: host unreachable.");
}

TEST_CASE("silence") {
  Trace trace = trace_to("10.77.10.2", 80);
  conclude(trace, State::silent);
  CHECK(sentence(trace) == "Nothing answers.");
  conclude(trace, State::silent, 6, "10.77.6.2");
  CHECK(sentence(trace) == "Nothing answers beyond hop 6 (10.77.6.2).");
}

TEST_CASE("hops that still answer at the limit") {
  Trace trace = trace_to("10.77.10.2", 80);
  conclude(trace, State::incomplete, 5, "10.77.5.2");
  CHECK(sentence(trace) == "The hop limit was reached: hop 5 (10.77.5.2) still answers.");
  conclude(trace, State::incomplete);
  trace.verdict = {};
  CHECK(sentence(trace) == "The hop limit was reached.");
}

TEST_CASE("an interrupted trace says how far it came") {
  Trace trace = trace_to("10.77.10.2", 80);
  trace.interrupted = true;
  CHECK(sentence(trace) == "Interrupted before anything answered.");
  conclude(trace, State::incomplete, 5, "10.77.5.2");
  CHECK(sentence(trace) == "Interrupted: hop 5 (10.77.5.2) is the last that answered so far.");
}
