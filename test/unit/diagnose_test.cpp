#include "diagnose/significance.hpp"
#include "trace_builder.hpp"
#include "tracer/judge.hpp"

#include <tracetcp/diagnose.hpp>
#include <tracetcp/sentences.hpp>

#include <doctest/doctest.h>

#include <algorithm>

using namespace tracetcp;
using namespace tracetcp::test;
using std::chrono::milliseconds;

namespace {

/// A time-exceeded of the router `hop` hops away, all ways being the same there and back.
Reply from_router(int hop) {
  Reply one = reply("10.0.0." + std::to_string(hop), milliseconds(hop));
  one.ttl = Ttl{static_cast<std::uint8_t>(255 - (hop - 1))};
  return one;
}

/// An answer in the target's name by something `distance` hops away, whose TTLs begin with 64.
Reply from_target(ReplyKind kind, int distance) {
  Reply one = reply("198.51.100.1", milliseconds(distance), kind);
  one.ttl = Ttl{static_cast<std::uint8_t>(64 - (distance - 1))};
  return one;
}

Trace path_of(std::uint16_t port, int routers) {
  Trace trace = trace_to("198.51.100.1", port);
  for (int hop = 1; hop <= routers; ++hop) {
    add_hop(trace, static_cast<std::uint8_t>(hop), {from_router(hop), from_router(hop)});
  }
  return trace;
}

/// That many routers, then this answer by something that far away.
Digest ends(std::uint16_t port, int routers, ReplyKind kind, int distance) {
  Trace trace = path_of(port, routers);
  const auto last = static_cast<std::uint8_t>(routers + 1);
  add_hop(trace, last, {from_target(kind, distance)});
  conclude(trace, kind == ReplyKind::rst ? State::closed : State::open, last, "198.51.100.1");
  return digest(trace);
}

/// Each hop behind the last that answers is asked `rounds` times.
Digest falls_silent(std::uint16_t port, int routers, int rounds = 3) {
  Trace trace = path_of(port, routers);
  for (int hop = routers + 1; hop <= 30; ++hop) {
    add_hop(trace, static_cast<std::uint8_t>(hop),
            std::vector<std::optional<Reply>>(static_cast<std::size_t>(rounds)));
  }
  conclude(trace, State::silent, static_cast<std::uint8_t>(routers),
           "10.0.0." + std::to_string(routers));
  return digest(trace);
}

Finding only_finding(const Diagnosis& diagnosis) {
  REQUIRE(diagnosis.findings.size() == 1);
  return diagnosis.findings.front();
}

IcmpError::Quote sent_syn() {
  IcmpError::Quote syn;
  syn.ip.source = address("192.168.0.2");
  syn.ip.destination = address("198.51.100.1");
  syn.ip.ttl = Ttl{1};
  syn.ip.dont_fragment = true;
  syn.tcp.rest = TcpRest{.flags = TcpRest::syn, .window = 64240, .options_complete = true};
  syn.tcp.rest->options.mss = 1460;
  return syn;
}

/// Four routers that quote the SYN as `change` leaves it from the third on.
template <class Change>
Trace quoted_with(Change change) {
  Trace trace = path_of(80, 4);
  for (Hop& hop : trace.hops) {
    for (ProbeRecord& probe : hop.probes) {
      probe.replies.front().sent = sent_syn();
      probe.replies.front().quote = sent_syn();
      if (hop.ttl >= Ttl{3}) change(*probe.replies.front().quote);
    }
  }
  conclude(trace, State::incomplete, 4, "10.0.0.4");
  return trace;
}

Finding only_change(const Trace& trace) {
  const auto found = digest(trace).findings;
  REQUIRE(found.size() == 1);
  REQUIRE(found.front().as<finding::FieldChange>() != nullptr);
  return found.front();
}

}  // namespace

TEST_CASE("initial TTLs are 64, 128 or 255, whichever is the next above") {
  CHECK(return_hops(Ttl{64}) == 1);
  CHECK(return_hops(Ttl{60}) == 5);
  CHECK(return_hops(Ttl{128}) == 1);
  CHECK(return_hops(Ttl{115}) == 14);
  CHECK(return_hops(Ttl{255}) == 1);
  CHECK(return_hops(Ttl{129}) == 127);
}

TEST_CASE("an answer that fits the path is the target's, and likely so at best") {
  const Diagnosis alone = diagnose(ends(80, 6, ReplyKind::syn_ack, 7), {});
  CHECK(alone.answered_by == AnsweredBy::target);
  CHECK(alone.confidence == Confidence::likely);
  CHECK(alone.return_hops == 7);
  CHECK(alone.findings.empty());
  REQUIRE(alone.evidence.size() == 1);
  CHECK(alone.evidence.front().ttl == Ttl{7});
  CHECK(alone.evidence.front().probe == 12);
}

TEST_CASE("whatever TTL the target's packets begin with, no hop is accused") {
  for (const int initial : {30, 32, 60, 63, 64, 100, 127, 128, 200, 254, 255}) {
    for (const ReplyKind kind : {ReplyKind::syn_ack, ReplyKind::rst}) {
      Trace trace = path_of(80, 9);
      Reply answer = from_target(kind, 10);
      answer.ttl = Ttl{static_cast<std::uint8_t>(initial - 9)};
      add_hop(trace, 10, {answer});
      conclude(trace, kind == ReplyKind::rst ? State::closed : State::open, 10, "198.51.100.1");
      CAPTURE(initial);
      const std::vector others{ends(22, 9, ReplyKind::syn_ack, 10)};
      for (const Finding& finding : diagnose(digest(trace), others).findings) {
        CHECK(finding.confidence == Confidence::not_sure);
      }
    }
  }
}

TEST_CASE("a longer way back for the target alone accuses no hop") {
  for (const int longer : {1, 4, 5, 20}) {
    const Diagnosis found = diagnose(ends(80, 5, ReplyKind::syn_ack, 6 + longer), {});
    CAPTURE(longer);
    CHECK(found.answered_by == AnsweredBy::target);
    for (const Finding& finding : found.findings) {
      CHECK(finding.kind() == FindingKind::ttl_set);
      CHECK(finding.confidence == Confidence::not_sure);
    }
  }
}

TEST_CASE("a SYN-ACK from as far as the hop before is accepted there or beyond") {
  const Diagnosis found = diagnose(ends(80, 3, ReplyKind::syn_ack, 3), {});
  CHECK(found.answered_by == AnsweredBy::unknown);
  CHECK(found.confidence == Confidence::not_sure);
  const Finding finding = only_finding(found);
  CHECK(finding.kind() == FindingKind::proxy);
  CHECK(finding.confidence == Confidence::likely);
  CHECK(finding.at == Place{Ttl{3}, address("10.0.0.3")});
  CHECK(
      text(finding) ==
      "accepted by hop 3 (10.0.0.3) or beyond: the SYN-ACK comes from as far away as its answers");

  Trace trace = path_of(80, 3);
  add_hop(trace, 4, {from_target(ReplyKind::syn_ack, 3)});
  conclude(trace, State::open, 4, "198.51.100.1");
  trace.diagnosis = found;
  CHECK(sentence(trace) == "Port 80 is accepted by hop 3 (10.0.0.3) or beyond.");
}

TEST_CASE("several answers to one SYN that exclude each other are a finding") {
  struct Case {
    ReplyKind first;
    ReplyKind second;
    AnsweredBy answered_by;
    std::string clause;
  };
  const std::vector<Case> cases{
      {ReplyKind::rst, ReplyKind::syn_ack, AnsweredBy::forged_reset,
       "a SYN-ACK follows the RST to the same SYN after 1.000 ms: the RST refuses a connection "
       "that "
       "198.51.100.1 accepts"},
      {ReplyKind::syn_ack, ReplyKind::rst, AnsweredBy::unknown,
       "a RST follows the SYN-ACK to the same SYN after 1.000 ms: the connection is accepted by "
       "hop "
       "5 (10.0.0.5) or beyond, then reset"},
      {ReplyKind::unreachable, ReplyKind::syn_ack, AnsweredBy::router,
       "a SYN-ACK answers the SYN 1.000 ms after 10.0.0.5 rejected it: the SYN got through all the "
       "same"},
      {ReplyKind::time_exceeded, ReplyKind::syn_ack, AnsweredBy::unknown,
       "the SYN with TTL 6 expired at hop 6 (10.0.0.5), but a SYN-ACK answers it too: something on "
       "the way answers for 198.51.100.1"},
  };
  for (const Case& one : cases) {
    Trace trace = path_of(80, 5);
    Reply first = from_target(one.first, 6);
    Reply second = from_target(one.second, 6);
    const bool is_icmp =
        one.first == ReplyKind::unreachable || one.first == ReplyKind::time_exceeded;
    if (is_icmp) first.from = address("10.0.0.5");
    first.time = start + milliseconds(6);
    second.time = start + milliseconds(7);
    add_hop(trace, 6, {first}).probes.front().replies.push_back(second);
    trace.verdict = judge(trace);
    const Diagnosis found = diagnose(digest(trace), {});
    CAPTURE(one.clause);
    CHECK(found.answered_by == one.answered_by);
    const auto contradiction = std::find_if(
        found.findings.begin(), found.findings.end(),
        [](const Finding& finding) { return finding.kind() == FindingKind::contradiction; });
    REQUIRE(contradiction != found.findings.end());
    CHECK(text(*contradiction) == one.clause);
    CHECK(contradiction->evidence.size() == 2);
  }
}

TEST_CASE("a check that is refused contradicts the SYN-ACK to another SYN") {
  Trace trace = path_of(80, 5);
  add_hop(trace, 6, {from_target(ReplyKind::syn_ack, 6)}).probes.front().contested = true;
  trace.checks.push_back(
      {.index = 11, .ttl = Ttl{127}, .sent = start, .replies = {from_target(ReplyKind::rst, 5)}});
  trace.verdict = judge(trace);
  CHECK(trace.verdict.state == State::closed);
  const Diagnosis found = diagnose(digest(trace), {});
  CHECK(found.answered_by == AnsweredBy::forged_reset);
  CHECK(found.at == Place{Ttl{5}, address("10.0.0.5")});
  const Finding finding = only_finding(found);
  CHECK(finding.kind() == FindingKind::contradiction);
  CHECK(finding.confidence == Confidence::likely);
  CHECK(text(finding) ==
        "a SYN-ACK answers the SYN with TTL 6, and a RST that with TTL 127: the RST, from as far "
        "away as hop 5 (10.0.0.5), refuses a connection that 198.51.100.1 accepts");
  CHECK(finding.at == Place{Ttl{5}, address("10.0.0.5")});
}

TEST_CASE(
    "a RST before the SYN-ACK has the place that its distance tells, if that is beyond question") {
  // The RST comes from `distance` hops away, the SYN-ACK from 6; hop 2 answers from `second`.
  const auto place_of_reset_at = [](int distance, int second) {
    Trace trace = path_of(80, 5);
    for (ProbeRecord& probe : trace.hops[1].probes) {
      probe.replies.front().ttl = Ttl{static_cast<std::uint8_t>(255 - (second - 1))};
    }
    Reply reset = from_target(ReplyKind::rst, distance);
    Reply accepted = from_target(ReplyKind::syn_ack, 6);
    reset.time = start + milliseconds(6);
    accepted.time = start + milliseconds(7);
    add_hop(trace, 6, {reset}).probes.front().replies.push_back(accepted);
    trace.verdict = judge(trace);
    return only_finding(diagnose(digest(trace), {})).at;
  };
  CHECK(place_of_reset_at(4, 2) == Place{Ttl{4}, address("10.0.0.4")});
  CHECK(place_of_reset_at(6, 2) == Place{});  // from as far as the SYN-ACK
  CHECK(place_of_reset_at(4, 3) == Place{});  // ways back differ in length
}

TEST_CASE("a RST whose TTL is unknown is forged at the hop that should have forwarded the SYN") {
  Trace trace = path_of(81, 6);
  Reply reset = from_target(ReplyKind::rst, 7);
  reset.ttl.reset();
  add_hop(trace, 7, {reset});
  conclude(trace, State::closed, 7, "198.51.100.1");
  const std::vector others{ends(80, 9, ReplyKind::syn_ack, 10)};
  const Diagnosis found = diagnose(digest(trace), others);
  CHECK(found.confidence != Confidence::certain);
  CHECK(only_finding(found).at == Place{Ttl{6}, address("10.0.0.6")});
}

TEST_CASE("a RST to TTL 1 whose TTL is unknown may be of this machine itself") {
  Trace trace = trace_to("198.51.100.1", 81);
  Reply reset = from_target(ReplyKind::rst, 1);
  reset.ttl.reset();
  add_hop(trace, 1, {reset});
  conclude(trace, State::closed, 1, "198.51.100.1");
  const std::vector others{ends(80, 9, ReplyKind::syn_ack, 10)};
  CHECK(text(only_finding(diagnose(digest(trace), others))) ==
        "the RST is forged on this machine or at hop 1, not sent by 198.51.100.1; port 80 is "
        "answered 10 hops away");
}

TEST_CASE("where nothing shows that a SYN left, its silence accuses no hop") {
  Trace trace = trace_to("198.51.100.1", 8080);
  add_hop(trace, 1, {std::nullopt, std::nullopt, std::nullopt});
  add_hop(trace, 2, {std::nullopt, std::nullopt, std::nullopt});
  conclude(trace, State::silent);
  const std::vector others{ends(443, 6, ReplyKind::syn_ack, 7)};
  CHECK(text(only_finding(diagnose(digest(trace), others))).starts_with("dropped from the start"));
  for (Hop& hop : trace.hops) {
    for (ProbeRecord& probe : hop.probes) probe.departure = Departure::unknown;
  }
  CHECK(diagnose(digest(trace), others).findings.empty());
  CHECK(
      sentence(trace).starts_with("Nothing answers, and the SYNs may not have left this machine"));
}

TEST_CASE("where the target is farther than its TTL says, one rate limit may meet all rounds") {
  // Port 443 is answered at TTL 7 by a target 10 hops away: a router sets the TTL.
  for (const int distance : {7, 10}) {
    const std::vector others{ends(443, 6, ReplyKind::syn_ack, distance),
                             ends(22, 6, ReplyKind::syn_ack, distance)};
    const Finding found = only_finding(diagnose(falls_silent(80, 6), others));
    CHECK(found.confidence == (distance == 7 ? Confidence::certain : Confidence::likely));
  }
}

TEST_CASE("a port that this machine's NAT leads to another host is not compared with the others") {
  Digest led = falls_silent(444, 6);
  const std::vector others{ends(443, 9, ReplyKind::syn_ack, 10)};
  CHECK(only_finding(diagnose(led, others)).kind() == FindingKind::blocked);
  led.led_to = address("203.0.113.9");
  CHECK(diagnose(led, others).findings.empty());
}

TEST_CASE("an answer whose TTL is unknown accuses no hop") {
  CHECK(return_hops(std::optional<Ttl>{}) == std::nullopt);
  for (const ReplyKind kind : {ReplyKind::syn_ack, ReplyKind::rst}) {
    Trace trace = path_of(80, 9);
    Reply answer = from_target(kind, 10);
    answer.ttl.reset();  // an ordinary socket is not told it
    add_hop(trace, 10, {answer});
    conclude(trace, kind == ReplyKind::rst ? State::closed : State::open, 10, "198.51.100.1");
    const Diagnosis alone = diagnose(digest(trace), {});
    CHECK(alone.answered_by == AnsweredBy::target);
    CHECK(alone.return_hops == std::nullopt);
    CHECK(alone.findings.empty());
    REQUIRE(alone.evidence.size() == 1);
    CHECK(text(alone.evidence.front()) == (kind == ReplyKind::rst ? "RST" : "SYN-ACK"));
  }
}

TEST_CASE("a SYN-ACK from where another port goes on is a proxy's") {
  const std::vector others{ends(21, 9, ReplyKind::syn_ack, 10)};
  const Diagnosis found = diagnose(ends(80, 3, ReplyKind::syn_ack, 4), others);
  CHECK(found.answered_by == AnsweredBy::proxy);
  CHECK(found.at == Place{Ttl{4}, address("10.0.0.4")});
  CHECK(only_finding(found).kind() == FindingKind::proxy);
  CHECK(found.confidence == Confidence::likely);
}

TEST_CASE("a SYN-ACK with the TTL of the target's answers from farther off is no proxy's") {
  for (const ReplyKind kind : {ReplyKind::syn_ack, ReplyKind::rst}) {
    const std::vector others{ends(21, 9, kind, 10)};
    const Diagnosis found = diagnose(ends(80, 3, ReplyKind::syn_ack, 10), others);
    CHECK(found.answered_by == AnsweredBy::target);
    CHECK(only_finding(found).kind() == FindingKind::ttl_set);
    CHECK(diagnose(ends(80, 3, ReplyKind::syn_ack, 9), others).answered_by == AnsweredBy::proxy);
  }
}

TEST_CASE("a RST from the distance of the hop before is forged there, if another port goes on") {
  const Digest reset = ends(81, 6, ReplyKind::rst, 6);
  const std::vector others{ends(80, 9, ReplyKind::syn_ack, 10)};
  const Diagnosis found = diagnose(reset, others);
  CHECK(found.answered_by == AnsweredBy::forged_reset);
  CHECK(found.confidence == Confidence::certain);
  CHECK(found.at == Place{Ttl{6}, address("10.0.0.6")});

  const Diagnosis alone = diagnose(reset, {});
  CHECK(alone.answered_by == AnsweredBy::unknown);
  CHECK(alone.confidence == Confidence::not_sure);
}

TEST_CASE("a RST from too near is not certain to be forged where a SYN-ACK is from there") {
  // A NAT may lead port 80 farther; the target may begin with a TTL of 65.
  const std::vector others{ends(80, 9, ReplyKind::syn_ack, 10), ends(23, 6, ReplyKind::syn_ack, 6)};
  CHECK(diagnose(ends(81, 6, ReplyKind::rst, 6), others).confidence == Confidence::likely);
}

TEST_CASE("a RST from too near is not certain to be forged where ways back differ in length") {
  Trace trace = path_of(81, 6);
  trace.hops[1].probes.front().replies.front().ttl = Ttl{253};  // it begins with 254
  add_hop(trace, 7, {from_target(ReplyKind::rst, 6)});
  conclude(trace, State::closed, 7, "198.51.100.1");
  const std::vector others{ends(80, 9, ReplyKind::syn_ack, 10)};
  CHECK(diagnose(digest(trace), others).confidence == Confidence::likely);
}

TEST_CASE("a port is blocked behind a hop only in the light of others") {
  CHECK(diagnose(falls_silent(135, 6), {}).findings.empty());
  const std::vector others{ends(80, 9, ReplyKind::syn_ack, 10)};
  const Finding found = only_finding(diagnose(falls_silent(135, 6), others));
  CHECK(found.kind() == FindingKind::blocked);
  CHECK(found.confidence == Confidence::certain);
  CHECK(found.at == Place{Ttl{6}, address("10.0.0.6")});
  CHECK(found.as<finding::Blocked>()->before == Place{Ttl{7}, address("10.0.0.7")});
}

TEST_CASE("where the hops behind the last answer no port, any of them may block") {
  // Hops 5 and 6 answer nobody; the open port is 7 hops away.
  const auto answer_of = [](int silent_hops, ReplyKind kind) {
    Trace trace = path_of(443, 4);
    for (int i = 0; i < silent_hops; ++i) {
      add_hop(trace, static_cast<std::uint8_t>(5 + i), {std::nullopt, std::nullopt});
    }
    const int last = 5 + silent_hops;
    add_hop(trace, static_cast<std::uint8_t>(last), {from_target(kind, last)});
    conclude(trace, State::open, static_cast<std::uint8_t>(last), "198.51.100.1");
    return std::vector{digest(trace)};
  };
  CHECK(text(only_finding(diagnose(falls_silent(80, 4), answer_of(2, ReplyKind::syn_ack)))) ==
        "dropped between hop 4 (10.0.0.4) and hop 7 (198.51.100.1), as hops 5 to 6 answer no port; "
        "port 443 gets through to hop 7, where it is open");
  CHECK(text(only_finding(diagnose(falls_silent(80, 4), answer_of(1, ReplyKind::syn_ack)))) ==
        "dropped between hop 4 (10.0.0.4) and hop 6 (198.51.100.1), as hop 5 answers no port; "
        "port 443 gets through to hop 6, where it is open");
  CHECK(text(only_finding(diagnose(falls_silent(80, 4), answer_of(0, ReplyKind::syn_ack)))) ==
        "dropped behind hop 4 (10.0.0.4); port 443 gets through to hop 5, where it is open");
}

TEST_CASE(
    "a last hop that finds no host for another port finds none for this one, unless one goes on") {
  // Port 443 is rejected by router 4, host unreachable (RFC 792, type 3, code 1).
  Trace rejected = path_of(443, 4);
  Reply error = from_router(4);
  error.kind = ReplyKind::unreachable;
  error.icmp.type = 3;
  error.icmp.code = 1;
  add_hop(rejected, 5, {error});
  conclude(rejected, State::rejected, 5, "10.0.0.4");
  rejected.verdict.icmp = {tracetcp::Family::ipv4, 3, 1};
  const std::vector alone{digest(rejected)};
  const Finding finding = only_finding(diagnose(falls_silent(80, 4), alone));
  CHECK(finding.kind() == FindingKind::no_host);
  CHECK(finding.confidence == Confidence::likely);
  CHECK(text(finding) ==
        "nothing answers beyond hop 4 (10.0.0.4), which reports for port 443: host "
        "unreachable");
  // A host that answers port 22 is there: a firewall rejects port 443 so.
  const std::vector with_open{digest(rejected), ends(22, 4, ReplyKind::syn_ack, 5)};
  CHECK(only_finding(diagnose(falls_silent(80, 4), with_open)).kind() == FindingKind::blocked);
  // Another hop's word is not the last one's.
  CHECK(only_finding(diagnose(falls_silent(80, 3), alone)).kind() == FindingKind::blocked);
}

TEST_CASE("where the run loses packets, silence is not certain to be a block") {
  // Of ten closed ports each got a RST to `resets` of three SYNs.
  const auto confidence = [](int resets, int ports, int rounds) {
    std::vector<Digest> others;
    for (int i = 0; i < ports; ++i) {
      Trace trace = path_of(static_cast<std::uint16_t>(100 + i), 6);
      std::vector<std::optional<Reply>> answers(3);
      for (int answered = 0; answered < resets; ++answered) {
        answers[static_cast<std::size_t>(answered)] = from_target(ReplyKind::rst, 7);
      }
      add_hop(trace, 7, answers);
      conclude(trace, State::closed, 7, "198.51.100.1");
      others.push_back(digest(trace));
    }
    return diagnose(falls_silent(80, 6, rounds), others).findings.front().confidence;
  };
  CHECK(confidence(3, 10, 3) == Confidence::certain);
  // A third is lost: of 11 ports one that loses both rounds is no surprise (11 * 0.33 * 0.33 > 1).
  CHECK(confidence(2, 10, 2) == Confidence::not_sure);
}

TEST_CASE("SYNs that left together are one trial, so silence of one round shows no block") {
  // A queue that is full drops them all. Loss of 1 in 20 is assumed at least.
  const auto confidence = [](int rounds) {
    const std::vector others{ends(80, 9, ReplyKind::syn_ack, 10)};
    return diagnose(falls_silent(135, 6, rounds), others).findings.front().confidence;
  };
  CHECK(confidence(1) == Confidence::not_sure);
  CHECK(confidence(2) == Confidence::likely);
  CHECK(confidence(3) == Confidence::certain);
}

TEST_CASE("where answers wait in a queue on the way, silence is not certain to be a block") {
  // Port 80 is answered 900 ms later by the routers from `first` to `last` than port 443.
  const auto confidence = [](int first, int last) {
    Trace late = path_of(80, 6);
    for (int hop = first; hop <= last; ++hop) {
      for (ProbeRecord& probe : late.hops[static_cast<std::size_t>(hop - 1)].probes) {
        probe.replies.front().rtt = milliseconds(900);
      }
    }
    add_hop(late, 7, {from_target(ReplyKind::syn_ack, 7)});
    conclude(late, State::open, 7, "198.51.100.1");
    const std::vector others{digest(late), ends(443, 6, ReplyKind::syn_ack, 7)};
    return diagnose(falls_silent(135, 6, 3), others).findings.front().confidence;
  };
  CHECK(confidence(5, 6) == Confidence::likely);
  CHECK(confidence(5, 5) == Confidence::certain);  // one router is slow to answer
}

TEST_CASE("an end behind silence counts as no longer way where that may be loss") {
  // Port 81 got its RST at TTL 7. Port 83 did at TTL 8, `before` of three SYNs with TTL 6 were
  // answered, none with TTL 7, and the RST's own TTL says `distance` hops.
  const auto says_forged = [](int before, int distance) {
    Trace trace = path_of(83, 5);
    std::vector<std::optional<Reply>> answers(3);
    std::fill_n(answers.begin(), before, from_router(6));
    add_hop(trace, 6, answers);
    add_hop(trace, 7, {std::nullopt, std::nullopt, std::nullopt});
    add_hop(trace, 8, {from_target(ReplyKind::rst, distance)});
    conclude(trace, State::closed, 8, "198.51.100.1");
    const std::vector others{digest(trace)};
    const Diagnosis found = diagnose(ends(81, 6, ReplyKind::rst, 7), others);
    return found.answered_by == AnsweredBy::forged_reset || !found.findings.empty();
  };
  CHECK_FALSE(says_forged(1, 7));  // 2 of 14 lost, and the RST comes from where port 81's does
  CHECK(says_forged(3, 8));        // nothing is lost: hop 7 is silent, and the target behind it
  CHECK_FALSE(says_forged(1, 6));
}

TEST_CASE("a router that rejects is placed by what other ports or its own distance say") {
  // It is router 6, which did not answer the SYN that expired there.
  const auto place = [](int initial, const std::vector<Digest>& others) {
    Trace trace = path_of(139, 5);
    add_hop(trace, 6, {std::nullopt, std::nullopt, std::nullopt});
    Reply error = from_router(6);
    error.kind = ReplyKind::unreachable;
    error.ttl = Ttl{static_cast<std::uint8_t>(initial - 5)};
    add_hop(trace, 7, {error});
    conclude(trace, State::rejected, 7, "10.0.0.6");
    return diagnose(digest(trace), others).at.ttl;
  };
  CHECK(place(64, {}) == Ttl{6});
  CHECK(place(250, {}) == Ttl{7});  // 11 hops away, says its TTL: no help
  CHECK(place(250, {ends(80, 9, ReplyKind::syn_ack, 10)}) == Ttl{6});
}

TEST_CASE("where hops share an address, the one before the rejected SYN's TTL rejects") {
  // Hops 1 and 2 are two routers with the address 10.0.0.1; the second rejects.
  Trace trace = path_of(139, 1);
  add_hop(trace, 2, {from_router(1)});
  Reply error = from_router(1);
  error.kind = ReplyKind::unreachable;
  add_hop(trace, 3, {error});
  conclude(trace, State::rejected, 3, "10.0.0.1");
  CHECK(diagnose(digest(trace), {}).at.ttl == Ttl{2});
}

TEST_CASE("where an open port has lost SYNs, silence of another is not certain to be a block") {
  // Port 443 answers three SYNs with a TTL of 7, each after 6 ms. `lost` SYNs before them, with
  // that TTL or a higher one, are unanswered. The first leaves at 0, the others `apart` ms after
  // each other.
  const auto confidence = [](int lost, std::uint8_t ttl_of_lost, int apart, int rounds) {
    Trace trace = path_of(443, 6);
    TimePoint sent = start;
    const auto add = [&](std::uint8_t ttl, int syns, const std::optional<Reply>& answer) {
      Hop& hop = add_hop(trace, ttl,
                         std::vector<std::optional<Reply>>(static_cast<std::size_t>(syns), answer));
      for (ProbeRecord& probe : hop.probes) {
        probe.sent = sent;
        for (Reply& one : probe.replies) one.time = sent + milliseconds(6);
        sent += milliseconds(apart);
      }
    };
    Reply answer = from_target(ReplyKind::syn_ack, 7);
    answer.rtt = milliseconds(6);
    if (ttl_of_lost == 7) add(7, lost, std::nullopt);
    if (ttl_of_lost != 7) sent += lost * milliseconds(apart);
    add(7, 3, answer);
    if (ttl_of_lost == 7) {
      auto& first = trace.hops[6].probes;
      first.insert(first.end(), trace.hops[7].probes.begin(), trace.hops[7].probes.end());
      trace.hops.pop_back();
    } else {
      sent = start;
      add(ttl_of_lost, lost, std::nullopt);
    }
    conclude(trace, State::open, 7, "198.51.100.1");
    const std::vector others{digest(trace)};
    return diagnose(falls_silent(80, 6, rounds), others).findings.front().confidence;
  };
  CHECK(confidence(0, 7, 500, 3) == Confidence::certain);
  CHECK(confidence(2, 7, 1, 3) == Confidence::certain);  // one SYN-ACK for all of them
  CHECK(confidence(2, 7, 500, 2) == Confidence::not_sure);
  CHECK(confidence(1, 7, 500, 3) == Confidence::likely);
  CHECK(confidence(1, 8, 500, 3) == Confidence::likely);
}

TEST_CASE("RSTs for SYNs with a higher TTL than the target's name none of them, and show no loss") {
  // Port 443 resets three SYNs with a TTL of 7; the RSTs for those with a TTL of 8 count as
  // repeats.
  Trace trace = path_of(443, 6);
  add_hop(trace, 7, std::vector<std::optional<Reply>>(3, from_target(ReplyKind::rst, 7)));
  add_hop(trace, 8, std::vector<std::optional<Reply>>(3, std::nullopt));
  conclude(trace, State::closed, 7, "198.51.100.1");
  trace.ended = start + milliseconds(4000);
  const std::vector others{digest(trace)};
  const auto findings = diagnose(falls_silent(80, 6), others).findings;
  CHECK(findings.front().confidence == Confidence::certain);
}

TEST_CASE(
    "behind silent hops a port is dropped, certain, only where another passed in each round") {
  // The target is `distance` hops away, behind six hops that answer. Of three SYNs to port 443
  // there `answered` are answered.
  const auto confidence = [](int distance, int answered) {
    Trace trace = path_of(443, 6);
    for (int hop = 7; hop < distance; ++hop) {
      add_hop(trace, static_cast<std::uint8_t>(hop), {std::nullopt, std::nullopt, std::nullopt});
    }
    std::vector<std::optional<Reply>> answers(3);
    std::fill_n(answers.begin(), answered, from_target(ReplyKind::syn_ack, distance));
    add_hop(trace, static_cast<std::uint8_t>(distance), answers);
    conclude(trace, State::open, static_cast<std::uint8_t>(distance), "198.51.100.1");
    const std::vector others{digest(trace)};
    return only_finding(diagnose(falls_silent(80, 6), others)).confidence;
  };
  CHECK(confidence(8, 3) == Confidence::certain);
  CHECK(confidence(8, 2) == Confidence::likely);  // two rounds don't bear what is said of three
  CHECK(confidence(8, 1) == Confidence::likely);
  // Where none is silent, two answers bear it.
  CHECK(confidence(7, 2) == Confidence::certain);
}

TEST_CASE(
    "one answer from behind the last hop bears no certain block: a limit may let one SYN pass") {
  // Router 6 lets one SYN a second pass. Port 443 is answered 7 hops away, port 80 never: 72 SYNs.
  // After one answer 95 % may be lost, and 0.95 to the power of 72 is 0.025; after two 78 %.
  std::vector others{ends(443, 6, ReplyKind::syn_ack, 7)};
  CHECK(only_finding(diagnose(falls_silent(80, 6), others)).confidence == Confidence::likely);
  others.push_back(ends(22, 6, ReplyKind::syn_ack, 7));
  CHECK(only_finding(diagnose(falls_silent(80, 6), others)).confidence == Confidence::certain);
}

TEST_CASE("a contradiction is not certain to be placed where another port's path changes") {
  // One SYN got a RST from as far as router 4, and a SYN-ACK from 7 hops away.
  Trace trace = path_of(22, 6);
  Reply reset = from_target(ReplyKind::rst, 4);
  Reply accepted = from_target(ReplyKind::syn_ack, 7);
  accepted.time = reset.time + milliseconds(1);
  add_hop(trace, 7, {reset}).probes.front().replies.push_back(accepted);
  conclude(trace, State::closed, 7, "198.51.100.1");
  const auto confidence = [&](const std::string& second) {
    Trace other = path_of(443, 6);
    for (ProbeRecord& probe : other.hops[4].probes) probe.replies.front().sent = sent_syn();
    other.hops[4].probes.back().replies.front().from = address(second);
    add_hop(other, 7, {from_target(ReplyKind::syn_ack, 7)});
    conclude(other, State::open, 7, "198.51.100.1");
    const std::vector others{digest(other)};
    for (const Finding& finding : diagnose(digest(trace), others).findings) {
      if (finding.kind() == FindingKind::contradiction) return finding.confidence;
    }
    return Confidence::not_sure;
  };
  CHECK(confidence("10.0.0.5") == Confidence::certain);
  CHECK(confidence("10.0.1.5") == Confidence::likely);
}

TEST_CASE("errors that quote another sequence number may be the answers that silence lacks") {
  Trace trace = path_of(80, 4);
  for (int hop = 5; hop <= 12; ++hop) {
    add_hop(trace, static_cast<std::uint8_t>(hop), {std::nullopt, std::nullopt, std::nullopt});
  }
  conclude(trace, State::silent, 4, "10.0.0.4");
  const std::vector others{ends(443, 6, ReplyKind::syn_ack, 7)};
  CHECK(only_finding(diagnose(digest(trace), others)).confidence == Confidence::certain);
  trace.strays.add({.kind = StrayKind::other_quote, .from = {address("10.0.0.5"), Port{0}}});
  const Diagnosis found = diagnose(digest(trace), others);
  const Finding blocked = only_finding(found);
  CHECK(blocked.kind() == FindingKind::blocked);
  CHECK(blocked.confidence == Confidence::not_sure);
  CHECK(found.confidence == Confidence::not_sure);
  CHECK(text(blocked.evidence.at(1)) ==
        "1 came: an ICMP error from 10.0.0.5 that quotes another sequence number");
}

TEST_CASE("where packets of one flow take several ways, no distance proves a forgery") {
  // The RST to TTL 5 comes from as far as the hop before, and port 22 goes on to hop 7: certain,
  // see above. Port 22 is answered by `at_five` at TTL 5, and by `at_six` at TTL 6.
  const auto confidence = [](const std::vector<std::string>& at_five,
                             const std::vector<std::string>& at_six) {
    Trace trace = trace_to("198.51.100.1", 22);
    const auto add_answers = [&](int ttl, const std::vector<std::string>& routers) {
      std::vector<std::optional<Reply>> answers;
      for (const std::string& router : routers) {
        const bool is_end = router == "198.51.100.1";
        answers.push_back(is_end ? from_target(ReplyKind::rst, 5) : from_router(ttl));
        answers.back()->from = address(router);
        answers.back()->sent = sent_syn();
      }
      add_hop(trace, static_cast<std::uint8_t>(ttl), answers);
    };
    for (int ttl = 1; ttl <= 4; ++ttl) add_answers(ttl, {from_router(ttl).from.text()});
    add_answers(5, at_five);
    add_answers(6, at_six);
    conclude(trace, State::incomplete, 6, at_six.front());
    return diagnose(ends(80, 4, ReplyKind::rst, 4), std::vector{digest(trace)}).confidence;
  };
  CHECK(confidence({"10.0.0.5"}, {"10.0.0.6"}) == Confidence::certain);
  CHECK(confidence({"10.0.0.5", "10.0.1.5"}, {"10.0.0.6"}) == Confidence::likely);
  CHECK(confidence({"10.0.0.5", "10.0.0.6"}, {"10.0.0.6"}) == Confidence::not_sure);
  CHECK(confidence({"10.0.0.5", "198.51.100.1"}, {"10.0.0.6"}) == Confidence::not_sure);
}

TEST_CASE("hops that answer another port, and not this one, show loss: no block is certain") {
  // Hops 5 and 6 answer port 443 and, before the last hop that answered, not port 80.
  Trace trace = path_of(80, 8);
  for (const std::size_t hop : {4U, 5U}) {
    for (ProbeRecord& probe : trace.hops[hop].probes) probe.replies.clear();
  }
  for (std::uint8_t hop = 9; hop <= 30; ++hop) {
    add_hop(trace, hop, {std::nullopt, std::nullopt, std::nullopt});
  }
  conclude(trace, State::silent, 8, "10.0.0.8");
  const std::vector others{ends(443, 9, ReplyKind::rst, 10)};
  CHECK(only_finding(diagnose(digest(trace), others)).confidence != Confidence::certain);
  // Hops 5 and 6 answer nobody: they are silent hops, and tell nothing of loss.
  Trace silent_there = path_of(443, 9);
  for (const std::size_t hop : {4U, 5U}) {
    for (ProbeRecord& probe : silent_there.hops[hop].probes) probe.replies.clear();
  }
  add_hop(silent_there, 10, {from_target(ReplyKind::rst, 10)});
  conclude(silent_there, State::closed, 10, "198.51.100.1");
  const std::vector alike{digest(silent_there)};
  CHECK(only_finding(diagnose(digest(trace), alike)).confidence == Confidence::certain);
}

/// Port 443 is open 7 hops away. Of ten probes to hop 3 `answered` are answered, of all others all.
Digest limited_at_hop_3(int answered) {
  Trace trace = path_of(443, 6);
  std::vector<std::optional<Reply>> answers(10);
  std::fill_n(answers.begin(), answered, from_router(3));
  Trace other = trace_to("198.51.100.1", 443);
  add_hop(other, 3, answers);
  trace.hops[2] = other.hops.front();
  add_hop(trace, 7, {from_target(ReplyKind::syn_ack, 7)});
  conclude(trace, State::open, 7, "198.51.100.1");
  return digest(trace);
}

bool has_rate_limit(const Digest& one) {
  return std::any_of(one.findings.begin(), one.findings.end(), [](const Finding& finding) {
    return finding.kind() == FindingKind::rate_limit;
  });
}

/// Nine routers, asked ten times each, of which those from hop `first` on answer `answered`.
Digest lossy_from(int first, int answered) {
  Trace trace = trace_to("198.51.100.1", 443);
  for (int hop = 1; hop <= 9; ++hop) {
    std::vector<std::optional<Reply>> answers(10);
    std::fill_n(answers.begin(), hop < first ? 10 : answered, from_router(hop));
    add_hop(trace, static_cast<std::uint8_t>(hop), answers);
  }
  add_hop(trace, 10, {from_target(ReplyKind::syn_ack, 10)});
  conclude(trace, State::open, 10, "198.51.100.1");
  return digest(trace);
}

TEST_CASE("where loss begins is found when the counts bear it") {
  // Before hop 5 all 40 are answered, from there on 15 of 50: that hop 4 is one of those that lose
  // has a chance of C(45,35) / C(60,35) = 6e-8, that hop 5 is none one of C(43,7) / C(50,7) =
  // 0.00032.
  const auto found = lossy_from(5, 3).findings;
  REQUIRE(found.size() == 1);
  CHECK(found.front().kind() == FindingKind::loss);
  CHECK(found.front().confidence == Confidence::likely);
  CHECK(found.front().at.ttl == Ttl{4});
  CHECK(found.front().as<finding::Loss>()->before.ttl == Ttl{5});
  CHECK(text(found.front()) ==
        "packets get lost from hop 5 (10.0.0.5) on, or all hops from there on limit their answers: "
        "15 of 50 probes were answered there and beyond, 40 of 40 before");
  // 35 of 50: that all 15 lost are among the 50 has a chance of C(50,15) / C(90,15) = 5e-5. Loss
  // may as well begin where the samples between are no less like the others, at 0.01 for nine
  // places: at hop 3, whose 20 of 20 beside them have C(50,15) / C(70,15) = 0.0031, but not at hop
  // 2, 30 of 30, with 0.00033; at hop 6, as 7 of 10 beside 40 of 40 have C(10,3) / C(50,3) =
  // 0.0061, but not at hop 7, as 14 of 20 have C(20,6) / C(60,6) = 0.00077.
  const auto less = lossy_from(5, 7).findings;
  REQUIRE(less.size() == 1);
  CHECK(less.front().at.ttl == Ttl{2});
  CHECK(less.front().as<finding::Loss>()->before.ttl == Ttl{6});
  CHECK(text(less.front()) ==
        "packets get lost between hop 2 (10.0.0.2) and hop 6 (10.0.0.6), or all hops from there on "
        "limit "
        "their answers: 35 of 50 probes were answered at hop 5 and beyond, 40 of 40 before");
  // Five lost of 50 have a chance of 0.05: too much for eight places.
  CHECK(lossy_from(5, 9).findings.empty());
  CHECK(lossy_from(1, 7).findings.empty());
  CHECK(lossy_from(11, 0).findings.empty());
}

TEST_CASE("a hop at the end that alone loses answers shows no loss on the way") {
  for (const auto& finding : lossy_from(9, 1).findings) CHECK(finding.kind() != FindingKind::loss);
}

TEST_CASE("only global addresses that answer a private one show a NAT") {
  const auto source_seen = [](const char* hop_4) {
    Trace trace = quoted_with([](IcmpError::Quote&) {});
    for (ProbeRecord& probe : trace.hops[3].probes) probe.replies.front().from = address(hop_4);
    const auto findings = digest(trace).findings;
    return std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
      return finding.kind() == FindingKind::private_source;
    });
  };
  for (const char* global :
       {"8.8.8.8", "100.63.255.255", "100.128.0.0", "172.15.255.255", "172.32.0.0", "192.0.0.9",
        "192.0.3.1", "198.17.255.255", "198.20.0.0", "223.255.255.255", "169.253.255.255"}) {
    CHECK_MESSAGE(source_seen(global), global);
  }
  // IANA's registry of special-purpose addresses, at the ends of its ranges.
  for (const char* special :
       {"0.0.0.1",     "10.255.255.255", "100.64.0.0",      "100.127.255.255", "127.0.0.1",
        "169.254.0.1", "172.16.0.0",     "172.31.255.255",  "192.0.0.1",       "192.0.2.255",
        "192.88.99.1", "192.168.255.1",  "198.18.0.0",      "198.19.255.255",  "198.51.100.7",
        "203.0.113.1", "224.0.0.1",      "239.255.255.255", "240.0.0.1",       "255.255.255.255"}) {
    CAPTURE(special);
    CHECK_FALSE(source_seen(special));
  }
}

TEST_CASE("a hop that limits its own answers is no loss on the way") {
  // Behind hop 3 six probes are answered. That the eight lost of 16 all are of its ten has a chance
  // of 45 in 12870, for any of seven hops 0.024; that eight of ten are, beside the six of hop 2 and
  // 1 as well, is not asked.
  CHECK_FALSE(has_rate_limit(limited_at_hop_3(2)));
  // All ten: a hop that answers nobody is silent, not limited.
  CHECK_FALSE(has_rate_limit(limited_at_hop_3(0)));
  // One answer: 10 in 11440, for any of seven hops 0.006.
  CHECK(has_rate_limit(limited_at_hop_3(1)));
  const std::vector certain{limited_at_hop_3(1), ends(22, 6, ReplyKind::syn_ack, 7)};
  CHECK(diagnose(falls_silent(80, 6), certain).findings.front().confidence == Confidence::certain);
  // What may be loss on the way counts as loss.
  const std::vector loss{limited_at_hop_3(9), ends(22, 6, ReplyKind::syn_ack, 7)};
  CHECK(diagnose(falls_silent(80, 6), loss).findings.front().confidence != Confidence::certain);
}

TEST_CASE("whether one loses more than others goes by Fisher's exact test") {
  using diagnosing::chance_of_so_few;
  // The lady tasting tea (R. A. Fisher, The Design of Experiments, 1935): one of four, three of
  // four.
  CHECK(chance_of_so_few({4, 1}, {4, 3}) == doctest::Approx(17.0 / 70));
  CHECK(chance_of_so_few({4, 0}, {4, 4}) == doctest::Approx(1.0 / 70));
  CHECK(chance_of_so_few({3, 1}, {18, 18}) == doctest::Approx(3.0 / 210));
  CHECK(chance_of_so_few({3, 3}, {18, 18}) == doctest::Approx(1));
  CHECK(chance_of_so_few({3, 3}, {18, 2}) == doctest::Approx(1));
}

TEST_CASE("the same finding of several ports is one line") {
  const std::vector traces{ends(80, 9, ReplyKind::syn_ack, 10), falls_silent(135, 6),
                           falls_silent(137, 6), falls_silent(138, 6)};
  const auto lines = finding_lines(traces);
  REQUIRE(lines.size() == 1);
  CHECK(lines.front() ==
        "Ports 135 and 137-138: dropped behind hop 6 (10.0.0.6); port 80 gets through to hop 10, "
        "where it is open.");
}

TEST_CASE("a change is located between the last old and the first new quote") {
  const auto found = digest(quoted_with([](auto& quote) { quote.ip.tos = 0xb8; })).findings;
  REQUIRE(found.size() == 1);
  CHECK(found[0].as<finding::FieldChange>()->field == "DSCP");
  CHECK(found[0].as<finding::FieldChange>()->sent == "0");
  CHECK(found[0].as<finding::FieldChange>()->quoted == "46");
  CHECK(found[0].at == Place{Ttl{2}, address("10.0.0.2")});
  CHECK(found[0].as<finding::FieldChange>()->before == Place{Ttl{3}, address("10.0.0.3")});
  CHECK(found[0].confidence == Confidence::certain);
}

TEST_CASE("an option that is gone is a change, one that a quote does not reach is none") {
  const auto removed =
      digest(quoted_with([](auto& quote) { quote.tcp.rest->options.mss.reset(); })).findings;
  REQUIRE(removed.size() == 1);
  CHECK(removed[0].as<finding::FieldChange>()->field == "MSS");
  CHECK(removed[0].as<finding::FieldChange>()->quoted == "none");
  CHECK(digest(quoted_with([](auto& quote) { quote.tcp.rest.reset(); })).findings.empty());
  CHECK(digest(quoted_with([](auto& quote) {
          quote.tcp.rest->options = {};
          quote.tcp.rest->options_complete = false;
        })).findings.empty());
}

TEST_CASE("a hop that quotes otherwise than those behind it has changed nothing") {
  Trace trace = quoted_with([](auto& quote) { quote.ip.tos = 4; });
  for (ProbeRecord& probe : trace.hops[3].probes) probe.replies.front().quote->ip.tos = 0;
  CHECK(digest(trace).findings.empty());
}

TEST_CASE(
    "one quote that shows by chance what was sent neither moves a change nor leaves it certain") {
  Trace trace = quoted_with([](auto& quote) { quote.ip.id = IpId{4711}; });
  CHECK(only_change(trace).confidence == Confidence::certain);
  // A NAT that makes up IP ids met that of this SYN.
  trace.hops[2].probes[1].replies.front().quote->ip.id = IpId{0};
  const Finding change = only_change(trace);
  CHECK(change.at == Place{Ttl{2}, address("10.0.0.2")});
  CHECK(change.as<finding::FieldChange>()->before == Place{Ttl{3}, address("10.0.0.3")});
  CHECK(change.confidence == Confidence::likely);
}

TEST_CASE("a change of which one quote alone shows where it begins is not certain") {
  Trace trace = quoted_with([](auto& quote) { quote.ip.id = IpId{4711}; });
  trace.hops.erase(trace.hops.begin());
  trace.hops.front().probes.resize(2);
  CHECK(only_change(trace).confidence == Confidence::certain);
  trace.hops.front().probes.resize(1);
  CHECK(only_change(trace).at == Place{Ttl{2}, address("10.0.0.2")});
  CHECK(only_change(trace).confidence == Confidence::likely);
}

TEST_CASE("where hops quote a field now so, now so, no place is where it changes") {
  Trace trace = quoted_with([](auto& quote) { quote.ip.tos = 4; });
  for (Hop& hop : trace.hops) hop.probes.back().replies.front().quote->ip.tos ^= 4U;
  CHECK(digest(trace).findings.empty());
}

TEST_CASE("routers that pass the SYN to one another are a loop") {
  // Letters are routers, a dot is a silent one; the hop limit is behind the last.
  const auto loop_in = [](const std::string& path) {
    Trace trace = trace_to("198.51.100.1", 80);
    std::uint8_t ttl = 0;
    for (const char router : path) {
      std::optional<Reply> answer;
      if (router != '.') {
        answer = reply("10.0.0." + std::to_string(router - 'a' + 1), milliseconds(1));
      }
      add_hop(trace, ++ttl, {answer});
    }
    const auto last = static_cast<std::uint8_t>(path.find_last_not_of('.') + 1);
    conclude(trace, path.back() == '.' ? State::silent : State::incomplete, last);
    for (const Finding& finding : digest(trace).findings) {
      if (finding.kind() == FindingKind::loop) {
        return text(finding) + " (" + std::string(name(finding.confidence)) + ")";
      }
    }
    return std::string();
  };
  CHECK(loop_in("xyzabababab") ==
        "a routing loop: 10.0.0.1 and 10.0.0.2 pass the SYN to and fro from hop 4 on (certain)");
  CHECK(
      loop_in("xabcabcabca") ==
      "a routing loop: 10.0.0.1, 10.0.0.2 and 10.0.0.3 pass the SYN round from hop 2 on (certain)");
  CHECK(
      loop_in("xa.a.a.") ==
      "a routing loop: 10.0.0.1 and a router that does not answer pass the SYN to and fro from hop "
      "2 on (likely)");
  CHECK(loop_in("xaabc").empty());      // two routers with one address
  CHECK(loop_in("xabab").empty());      // a path may meet two addresses again
  CHECK(loop_in("xabababcd").empty());  // it goes on
  CHECK(loop_in("xaaaaaa").empty());    // the TTL is lowered
  CHECK(loop_in("xabc......").empty());
}

TEST_CASE("hops that come again do not show that the path goes on") {
  // Port 22 is led in a circle behind hop 4, or its TTL is lowered there: it gets no farther
  // than 5.
  for (const int length : {1, 2}) {
    Trace trace = path_of(22, 4);
    for (int ttl = 5; ttl <= 20; ++ttl) {
      add_hop(trace, static_cast<std::uint8_t>(ttl), {from_router(5 + ttl % length)});
    }
    conclude(trace, State::incomplete, 20, "10.0.0.5");
    const std::vector others{digest(trace)};
    CHECK(others.front().length == 5 + length);
    for (const ReplyKind kind : {ReplyKind::rst, ReplyKind::syn_ack}) {
      const Diagnosis found = diagnose(ends(80, 6, kind, 7), others);
      CHECK(found.answered_by == AnsweredBy::target);
      CHECK(found.findings.empty());
    }
  }
}

TEST_CASE("RTT statistics of a hop: extremes, median, mean difference, loss") {
  Trace trace = trace_to("198.51.100.1", 80);
  const Hop& hop = add_hop(
      trace, 1,
      {reply("10.0.0.1", milliseconds(10)), reply("10.0.0.1", milliseconds(20)), std::nullopt,
       reply("10.0.0.1", milliseconds(12)), reply("10.0.0.1", milliseconds(13))});
  const auto rtt = rtt_statistics(hop);
  REQUIRE(rtt);
  CHECK(rtt->least == milliseconds(10));
  CHECK(rtt->median == std::chrono::microseconds(12500));
  CHECK(rtt->most == milliseconds(20));
  CHECK(rtt->jitter == Duration(19'000'000 / 3));
  CHECK(rtt->loss == doctest::Approx(0.2));
  CHECK_FALSE(rtt_statistics(add_hop(trace, 2, {std::nullopt})));
}
