#include "trace_builder.hpp"
#include "tracer/judge.hpp"
#include "tracer/nearer_end.hpp"
#include "tracer/rejection.hpp"
#include "tracer/round_trip.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace tracetcp;
using namespace tracetcp::test;
using namespace std::chrono_literals;

namespace ending_test {
namespace {

const std::string target = "198.51.100.1";

std::string router(int ttl) {
  return "10.0.0." + std::to_string(ttl);
}

/// A time-exceeded that came back over as many hops as its SYN went.
Reply hop(int ttl, Duration rtt = 1ms) {
  Reply answer = reply(router(ttl), rtt);
  answer.ttl = Ttl{static_cast<std::uint8_t>(65 - ttl)};
  return answer;
}

Reply reject(int router_ttl, std::optional<int> quoted_ttl = std::nullopt) {
  Reply answer = reply(router(router_ttl), 1ms, ReplyKind::unreachable);
  if (quoted_ttl) {
    IcmpError::Quote quote;
    quote.ip.ttl = Ttl{static_cast<std::uint8_t>(*quoted_ttl)};
    answer.quote = quote;
  }
  return answer;
}

Reply open_from(int hops, Duration rtt = 2ms) {
  Reply answer = reply(target, rtt, ReplyKind::syn_ack);
  answer.ttl = Ttl{static_cast<std::uint8_t>(65 - hops)};
  return answer;
}

Trace hops_to(int last) {
  Trace trace = trace_to(target, 80);
  for (int ttl = 1; ttl <= last; ++ttl) {
    add_hop(trace, static_cast<std::uint8_t>(ttl), {hop(ttl), hop(ttl)});
  }
  return trace;
}

std::string verdict_of(const Trace& trace) {
  const Verdict verdict = judge(trace);
  const auto ttl = verdict.ttl ? std::to_string(verdict.ttl->value) : "-";
  return std::string(name(verdict.state)) + ' ' + ttl +
         (verdict.from ? ' ' + verdict.from->text() : "");
}

/// The SYN left, and its answer came, so long after the trace began.
ProbeRecord& probe_at(Trace& trace, std::size_t hop, std::size_t probe, Duration sent) {
  ProbeRecord& record = trace.hops.at(hop).probes.at(probe);
  record.sent = start + sent;
  for (Reply& answer : record.replies) answer.time = record.sent + *answer.rtt;
  return record;
}

}  // namespace

TEST_CASE("a target 10 hops away that names TTL 11 is put at 10, as its own TTL says") {
  // Hops 2 and 6 answer; a SYN to each of the others, or its answer, is lost or finds nobody.
  const auto nearer = [](int probes, int other_way_back) {
    Trace trace = trace_to(target, 80);
    for (int ttl = 1; ttl <= 10; ++ttl) {
      std::vector<std::optional<Reply>> answers(static_cast<std::size_t>(probes));
      if (ttl == 2) std::fill(answers.begin(), answers.end(), hop(2));
      if (ttl == 6) std::fill(answers.begin(), answers.end(), hop(6 + other_way_back));
      add_hop(trace, static_cast<std::uint8_t>(ttl), answers);
    }
    add_hop(trace, 11, {open_from(10)});
    return nearer_end(trace, {.state = State::open, .ttl = Ttl{11}});
  };
  CHECK(nearer(1, 0) == Ttl{10});
  CHECK(nearer(1, 1) == std::nullopt);  // the ways back can't be compared
  CHECK(nearer(3, 0) == std::nullopt);  // three times in vain: those hops answer nobody
}

TEST_CASE("a rejection is confirmed by the same from a larger TTL") {
  Trace trace = hops_to(2);
  add_hop(trace, 3, {reject(2)});
  add_hop(trace, 4, {reject(2)});
  REQUIRE(find_rejection(trace));
  CHECK(find_rejection(trace)->is_confirmed);
  CHECK(verdict_of(trace) == "rejected 3 10.0.0.2");
}

TEST_CASE("a rejection of what expires is refuted by whatever gets further") {
  SUBCASE("time exceeded") {
    Trace trace = hops_to(2);
    add_hop(trace, 3, {reject(3)});
    add_hop(trace, 4, {hop(4)});
    add_hop(trace, 5, {std::nullopt});
    CHECK_FALSE(find_rejection(trace));
    CHECK(verdict_of(trace) == "silent 4 10.0.0.4");
  }
  SUBCASE("the target") {
    Trace trace = hops_to(2);
    add_hop(trace, 3, {reject(3), reject(3)});
    add_hop(trace, 4, {std::nullopt});
    add_hop(trace, 5, {open_from(5)});
    CHECK(verdict_of(trace) == "open 5 198.51.100.1");
  }
  SUBCASE("a closed port") {
    Trace trace = hops_to(2);
    add_hop(trace, 3, {reject(3)});
    add_hop(trace, 4, {std::nullopt});
    add_hop(trace, 5, {reply(target, 1ms, ReplyKind::rst)});
    CHECK(verdict_of(trace) == "closed 5 198.51.100.1");
  }
  SUBCASE("a rejection by another router") {
    Trace trace = hops_to(1);
    add_hop(trace, 2, {reject(2)});
    add_hop(trace, 3, {reject(3)});
    add_hop(trace, 4, {reject(3)});
    REQUIRE(find_rejection(trace));
    CHECK(find_rejection(trace)->is_confirmed);
    CHECK(verdict_of(trace) == "rejected 3 10.0.0.3");
  }
}

TEST_CASE("one sporadic rejection among time-exceeded of the same hop ends nothing") {
  Trace trace = hops_to(2);
  add_hop(trace, 3, {hop(3), reject(3), hop(3)});
  add_hop(trace, 4, {std::nullopt, std::nullopt});
  CHECK_FALSE(find_rejection(trace));
  CHECK(verdict_of(trace) == "silent 3 10.0.0.3");
}

TEST_CASE("a rejection with silence behind it stands, but is not confirmed") {
  Trace trace = hops_to(2);
  add_hop(trace, 3, {reject(2, 2)});
  add_hop(trace, 4, {std::nullopt});
  REQUIRE(find_rejection(trace));
  CHECK_FALSE(find_rejection(trace)->is_confirmed);
  CHECK_FALSE(find_ending(trace));
  CHECK(verdict_of(trace) == "rejected 3 10.0.0.2");
}

TEST_CASE("where no larger TTL was asked the quoted TTL tells whether the SYN expired") {
  for (const int quoted : {0, 1, 2, 100}) {
    CAPTURE(quoted);
    Trace trace = hops_to(2);
    add_hop(trace, 3, {reject(2, quoted)});
    REQUIRE(find_rejection(trace));
    CHECK(find_rejection(trace)->is_confirmed == (quoted > 1));
  }
  Trace trace = hops_to(2);
  add_hop(trace, 3, {reject(2)});
  CHECK_FALSE(find_rejection(trace)->is_confirmed);
}

TEST_CASE("a SYN-ACK that a later SYN or the target's timer may have caused has no known RTT") {
  const auto rtt_after = [](Duration first, std::optional<Duration> other) {
    Trace trace = hops_to(2);
    add_hop(trace, 3, {open_from(3, first), std::nullopt});
    probe_at(trace, 2, 0, 10ms);
    probe_at(trace, 2, 1, other ? 10ms + *other : 0ms);
    conclude(trace);
    return trace.verdict.rtt;
  };
  CHECK(rtt_after(1200us, std::nullopt) == 1200us);
  CHECK(rtt_after(1200us, 600us) == 1200us);       // as the hops before
  CHECK(rtt_after(700ms, std::nullopt) == 700ms);  // slow, but nothing else explains it
  CHECK_FALSE(rtt_after(501ms, 500ms));            // a second SYN
  CHECK_FALSE(rtt_after(625ms, 500ms));
  CHECK_FALSE(rtt_after(1001ms, std::nullopt));  // the timer
  CHECK(rtt_after(700ms, 699999us) == 700ms);    // left too late for the answer
}

TEST_CASE("where packets get lost, the times of the hops excuse no other SYN") {
  // A SYN-ACK that names a SYN 1.2 ms ago, between which and it another one left after 600 us. The
  // hops take 1 ms, so it may answer either; what a hop leaves unanswered tells that packets get
  // lost.
  const auto is_known = [](bool second_hop_loses, bool is_over) {
    Trace trace = hops_to(2);
    if (second_hop_loses) trace.hops[1].probes[1].replies.clear();
    add_hop(trace, 3, {open_from(3, 1200us), std::nullopt});
    probe_at(trace, 2, 0, 10ms);
    probe_at(trace, 2, 1, 10'600us);
    trace.ended = is_over ? start + 11'300us : TimePoint{};
    conclude(trace);
    return trace.verdict.rtt.has_value();
  };
  CHECK(is_known(false, true));
  CHECK_FALSE(is_known(true, true));
  CHECK(is_known(true, false));  // the answer may still come
}

TEST_CASE("where each hop is asked once, a silent one may have lost its answer") {
  const auto is_known = [](bool second_hop_is_silent) {
    Trace trace = trace_to(target, 80);
    add_hop(trace, 1, {hop(1)});
    add_hop(trace, 2, {second_hop_is_silent ? std::nullopt : std::optional(hop(2))});
    add_hop(trace, 3, {hop(3)});
    add_hop(trace, 4, {open_from(4, 1400us)});
    add_hop(trace, 5, {std::nullopt});
    probe_at(trace, 3, 0, 10ms);
    probe_at(trace, 4, 0, 11ms);
    conclude(trace);
    return trace.verdict.rtt.has_value();
  };
  CHECK(is_known(false));
  CHECK_FALSE(is_known(true));
}

TEST_CASE("what is not known of one SYN-ACK another may tell, and JSON has neither time") {
  Trace trace = hops_to(2);
  add_hop(trace, 3, {open_from(3, 501ms), std::nullopt});
  probe_at(trace, 2, 0, 10ms);
  probe_at(trace, 2, 1, 510ms);
  ProbeRecord check{.index = 9, .ttl = Ttl{3}, .sent = start + 2s, .replies = {open_from(3, 3ms)}};
  check.replies.front().time = check.sent + 3ms;
  trace.checks.push_back(check);
  conclude(trace);
  CHECK(trace.verdict.rtt == 3ms);
  CHECK_FALSE(trace.hops[2].probes[0].replies.front().rtt);
  CHECK(trace.checks.front().replies.front().rtt == 3ms);
}

TEST_CASE("a satellite's answers after seconds keep their times") {
  Trace trace = trace_to(target, 80);
  add_hop(trace, 1, {hop(1, 1900ms)});
  add_hop(trace, 2, {open_from(2, 2000ms), std::nullopt});
  probe_at(trace, 1, 0, 0ms);
  probe_at(trace, 1, 1, 500ms);
  conclude(trace);
  CHECK(trace.verdict.rtt == 2000ms);
}

TEST_CASE("the target's own TTL says where it is, if the SYN with the right one was lost") {
  const auto traced = [](int return_hops, bool loss, std::optional<Reply> before = std::nullopt) {
    Trace trace = hops_to(2);
    if (loss) {
      trace.hops[0].probes[1].replies.clear();
      trace.hops[0].probes[1].sent -= 1s;  // it has been waited for
    }
    add_hop(trace, 3, {before, before});
    add_hop(trace, 4, {std::nullopt, std::nullopt});
    add_hop(trace, 5, {open_from(return_hops)});
    return verdict_of(trace);
  };
  CHECK(traced(4, true) == "open 4 198.51.100.1");
  CHECK(traced(3, true) == "open 3 198.51.100.1");
  CHECK(traced(5, true) == "open 5 198.51.100.1");
  CHECK(traced(7, true) == "open 5 198.51.100.1");          // a longer way back
  CHECK(traced(2, true) == "open 5 198.51.100.1");          // where a hop answers
  CHECK(traced(4, false) == "open 5 198.51.100.1");         // no loss: the hops may be silent
  CHECK(traced(3, true, hop(3)) == "open 5 198.51.100.1");  // hop 3 answers
  Reply longer = hop(3);
  longer.ttl = Ttl{60};                                     // over 5 hops
  CHECK(traced(4, true, longer) == "open 5 198.51.100.1");  // ways back that can't be compared
}

}  // namespace ending_test
