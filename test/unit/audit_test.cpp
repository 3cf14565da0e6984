// What a policy's rules come to, by the words of their definition: open and closed both mean that
// the way is clear; only silence twice, or a rejection, is a block; a RST that a finding shows not
// to be the target's is a block, a contradiction is unknown.

#include "audit/audited_line.hpp"
#include "trace_builder.hpp"

#include <tracetcp/audit.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace tracetcp;
using namespace tracetcp::test;
using namespace std::chrono_literals;

namespace {

const std::string audited_host = "192.0.2.9";

/// Two hops answer; what becomes of the SYN beyond is the case.
Trace audited_trace() {
  Trace trace = trace_to(audited_host, 25);
  add_hop(trace, 1, "10.0.0.1", 1, 1, 1);
  add_hop(trace, 2, "10.0.0.2", 2, 2, 2);
  return trace;
}

Trace answered(State state, ReplyKind kind) {
  Trace trace = audited_trace();
  add_hop(trace, 3, {reply(audited_host, 3ms, kind)});
  conclude(trace, state, 3, audited_host, 3ms);
  trace.diagnosis.answered_by = AnsweredBy::target;
  trace.diagnosis.confidence = Confidence::likely;
  return trace;
}

Trace open_port() {
  return answered(State::open, ReplyKind::syn_ack);
}

Trace closed_port() {
  return answered(State::closed, ReplyKind::rst);
}

Trace rejected_by(const std::string& router) {
  Trace trace = audited_trace();
  add_hop(trace, 3, {reply(router, 3ms, ReplyKind::unreachable)});
  conclude(trace, State::rejected, 3, router, 3ms);
  return trace;
}

/// Silent beyond hop 2, where each TTL was asked so often.
Trace silent(int rounds) {
  Trace trace = audited_trace();
  const std::vector<std::optional<Reply>> none(static_cast<std::size_t>(rounds));
  for (std::uint8_t ttl = 3; ttl < 7; ++ttl) add_hop(trace, ttl, none);
  conclude(trace, State::silent, 2, "10.0.0.2");
  return trace;
}

Trace with(Trace trace, FindingData data, Confidence confidence, AnsweredBy answered_by) {
  trace.diagnosis.answered_by = answered_by;
  trace.diagnosis.confidence = confidence;
  const Place at{.ttl = Ttl{2}, .address = address("10.0.0.2")};
  trace.diagnosis.at = at;
  trace.diagnosis.findings.push_back({.confidence = confidence, .at = at, .data = std::move(data)});
  return trace;
}

Trace forged(Confidence confidence) {
  const bool is_shown = confidence != Confidence::not_sure;
  return with(closed_port(), finding::ResetFromHop{}, confidence,
              is_shown ? AnsweredBy::forged_reset : AnsweredBy::unknown);
}

Trace by_proxy(Confidence confidence) {
  return with(open_port(), finding::AcceptedByHop{}, confidence, AnsweredBy::unknown);
}

Trace contradicted(Trace trace, AnsweredBy answered_by) {
  return with(std::move(trace), finding::TwoAnswers{.target = address(audited_host), .ttl = Ttl{3}},
              Confidence::certain, answered_by);
}

Trace interrupted(Trace trace) {
  trace.interrupted = true;
  return trace;
}

Trace ended(State state) {
  Trace trace = audited_trace();
  conclude(trace, state, 2, "10.0.0.2");
  return trace;
}

/// What each claim comes to, in the order of Claim: h(olds), f(ails), u(nknown).
std::string outcomes(const Trace& trace, int silent_before = 0) {
  std::string all;
  for (const Claim claim : {Claim::open, Claim::closed, Claim::blocked, Claim::reachable}) {
    all += name(judge({.claim = claim, .at = {}}, trace, silent_before).outcome).front();
  }
  return all;
}

RuleOutcome at(Claim claim, const std::string& place, const Trace& trace) {
  return judge({.claim = claim, .at = address(place)}, trace).outcome;
}

}  // namespace

TEST_CASE("an audit judges open, closed, blocked, reachable as they are defined") {
  struct Case {
    const char* what;
    std::string outcomes;
    const char* expected;
  };
  const std::vector<Case> cases = {
      {"open", outcomes(open_port()), "hffh"},
      {"closed", outcomes(closed_port()), "fhfh"},
      {"rejected by a router", outcomes(rejected_by("10.0.0.2")), "ffhf"},
      {"rejected by the target", outcomes(rejected_by(audited_host)), "ffhf"},
      {"silent in three rounds", outcomes(silent(3)), "ffhf"},
      {"silent in two", outcomes(silent(2)), "ffhf"},
      {"silent in one", outcomes(silent(1)), "uuuu"},
      {"silent in one, as it was before", outcomes(silent(1), 1), "ffhf"},
      {"a RST shown not to be the target's", outcomes(forged(Confidence::certain)), "ffhf"},
      {"the same, likely", outcomes(forged(Confidence::likely)), "ffhf"},
      {"a RST that may be another's", outcomes(forged(Confidence::not_sure)), "uuuu"},
      {"a SYN-ACK of something nearer", outcomes(by_proxy(Confidence::likely)), "uuuu"},
      {"a SYN-ACK, nothing shown", outcomes(by_proxy(Confidence::not_sure)), "hffh"},
      {"open, contradicted", outcomes(contradicted(open_port(), AnsweredBy::unknown)), "uuuu"},
      {"closed, contradicted", outcomes(contradicted(closed_port(), AnsweredBy::forged_reset)),
       "uuuu"},
      {"rejected, contradicted",
       outcomes(contradicted(rejected_by("10.0.0.2"), AnsweredBy::router)), "uuuu"},
      {"hops still answer", outcomes(ended(State::incomplete)), "uuuu"},
      {"not seen leaving", outcomes(ended(State::unknown)), "uuuu"},
      {"silent, interrupted", outcomes(interrupted(silent(3))), "uuuu"},
      {"open, interrupted", outcomes(interrupted(open_port())), "uuuu"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.what);
    CHECK(one.outcomes == one.expected);
  }
}

TEST_CASE("a RST shown to be forged is a block, whatever else contradicts it") {
  const Trace trace =
      with(contradicted(closed_port(), AnsweredBy::forged_reset),
           finding::ResetBeside{.target = address(audited_host), .is_accepted = true},
           Confidence::likely, AnsweredBy::forged_reset);
  CHECK(outcomes(trace) == "ffhf");
}

TEST_CASE("silence by sockets, where nothing shows that a SYN left, decides nothing") {
  Trace trace = trace_to(audited_host, 25);
  for (std::uint8_t ttl = 1; ttl < 5; ++ttl) {
    for (ProbeRecord& probe : add_hop(trace, ttl, {std::nullopt, std::nullopt}).probes) {
      probe.departure = Departure::unknown;
    }
  }
  conclude(trace, State::silent);
  CHECK(outcomes(trace) == "uuuu");
}

TEST_CASE(
    "the place of a block is the last router that answered, or who sent the rejection or RST") {
  CHECK(at(Claim::blocked, "10.0.0.2", silent(3)) == RuleOutcome::holds);
  CHECK(at(Claim::blocked, "10.0.0.1", silent(3)) == RuleOutcome::fails);
  CHECK(at(Claim::blocked, "10.0.0.7", rejected_by("10.0.0.7")) == RuleOutcome::holds);
  CHECK(at(Claim::blocked, "10.0.0.2", rejected_by("10.0.0.7")) == RuleOutcome::fails);
  CHECK(at(Claim::blocked, "10.0.0.2", forged(Confidence::certain)) == RuleOutcome::holds);
  CHECK(at(Claim::blocked, audited_host, forged(Confidence::certain)) == RuleOutcome::fails);
  CHECK(at(Claim::blocked, "10.0.0.2", silent(1)) == RuleOutcome::unknown);
  CHECK(at(Claim::blocked, audited_host, open_port()) == RuleOutcome::fails);
}

TEST_CASE("any router of a balanced hop is the place") {
  Trace trace = trace_to(audited_host, 25);
  add_hop(trace, 1, {reply("10.0.0.1", 1ms), reply("10.0.0.5", 1ms), reply("10.0.0.1", 1ms)});
  for (std::uint8_t ttl = 2; ttl < 5; ++ttl) add_hop(trace, ttl, {std::nullopt, std::nullopt});
  conclude(trace, State::silent, 1, "10.0.0.1");
  CHECK(at(Claim::blocked, "10.0.0.5", trace) == RuleOutcome::holds);
  CHECK(at(Claim::blocked, "10.0.0.6", trace) == RuleOutcome::fails);
}

TEST_CASE("a block whose place has no known address can't be held to one") {
  Trace trace = forged(Confidence::likely);
  trace.diagnosis.at = {};
  CHECK(at(Claim::blocked, "10.0.0.2", trace) == RuleOutcome::unknown);
  CHECK(outcomes(trace) == "ffhf");
}

TEST_CASE("of other claims the place is who answers") {
  CHECK(at(Claim::open, audited_host, open_port()) == RuleOutcome::holds);
  CHECK(at(Claim::reachable, audited_host, closed_port()) == RuleOutcome::holds);
  CHECK(at(Claim::open, "192.0.2.10", open_port()) == RuleOutcome::fails);
}

TEST_CASE("the sentence of a judgement has hop and address, and why it is no other") {
  const Rule rule{.claim = Claim::blocked, .at = address("10.0.0.1")};
  const Trace block = silent(3);
  CHECK(sentence(judge(rule, block), rule, block) ==
        "Nothing answers beyond hop 2 (10.0.0.2). That is not at 10.0.0.1.");
  const Trace once = silent(1);
  CHECK(sentence(judge(rule, once), rule, once) ==
        "Nothing answers beyond hop 2 (10.0.0.2). One round of silence shows no block: -p 3 asks "
        "again.");
}

namespace {

AuditedLine line(std::size_t number, const std::string& rule, std::vector<AuditedPort> ports) {
  return {.line = number, .rule = rule, .failure = {}, .ports = std::move(ports)};
}

AuditedPort port(std::uint16_t number, RuleOutcome outcome, const std::string& text) {
  return {.port = Port{number},
          .outcome = outcome,
          .text = text,
          .trace_json = "{}",
          .started = start,
          .took = 1500ms};
}

}  // namespace

TEST_CASE("one port that fails is enough for its line, then one that is unknown") {
  const auto of = [](const std::vector<RuleOutcome>& outcomes) {
    std::vector<AuditedPort> ports;
    ports.reserve(outcomes.size());
    for (const RuleOutcome outcome : outcomes) ports.push_back(port(1, outcome, ""));
    return line(1, "open h:1", ports).outcome();
  };
  CHECK(of({RuleOutcome::holds, RuleOutcome::holds}) == RuleOutcome::holds);
  CHECK(of({RuleOutcome::holds, RuleOutcome::unknown}) == RuleOutcome::unknown);
  CHECK(of({RuleOutcome::unknown, RuleOutcome::fails, RuleOutcome::holds}) == RuleOutcome::fails);
  CHECK(of({}) == RuleOutcome::unknown);
  AuditedLine failed = line(1, "open h:1", {port(1, RuleOutcome::holds, "")});
  failed.failure = "no route";
  CHECK(failed.outcome() == RuleOutcome::unknown);
}

TEST_CASE("a line of several ports speaks of those that decide") {
  const AuditedLine one = line(4, "open h:1-3",
                               {port(1, RuleOutcome::holds, "Port 1 is open."),
                                port(2, RuleOutcome::fails, "Nothing answers."),
                                port(3, RuleOutcome::fails, "Port 3 is closed.")});
  CHECK(one.text() == "2 of 3 ports: Port 2: Nothing answers. Port 3 is closed.");
}

TEST_CASE("an audited line in JSON has the trace that decides, and the others") {
  const AuditedLine one = line(4, "open h:1-2",
                               {port(1, RuleOutcome::holds, "Port 1 is open."),
                                port(2, RuleOutcome::fails, "Port 2 is \"closed\".")});
  CHECK(audit_json(one) ==
        "{\"schema\":1,\"line\":4,\"rule\":\"open h:1-2\",\"outcome\":\"fails\","
        "\"text\":\"1 of 2 ports: Port 2 is \\\"closed\\\".\",\"trace\":{},"
        "\"others\":[{\"port\":1,\"outcome\":\"holds\",\"text\":\"Port 1 is open.\",\"trace\":{}}]}"
        "\n");
}

TEST_CASE("JUnit: what does not hold is a failure, what can't be decided an error") {
  const std::vector<AuditedLine> lines{
      line(2, "open h:1", {port(1, RuleOutcome::holds, "A.")}),
      line(3, "open <h>:2", {port(2, RuleOutcome::fails, "B & \"C\".")}),
      line(5, "open h:3", {port(3, RuleOutcome::unknown, "D.")})};
  CHECK(junit_xml("p.txt", lines) == R"(<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="tracetcp" tests="3" failures="1" errors="1" time="4.500">
  <testsuite name="p.txt" tests="3" failures="1" errors="1" time="4.500" skipped="0">
    <testcase classname="p.txt" name="line 2: open h:1" time="1.500">
      <system-out>A.</system-out>
    </testcase>
    <testcase classname="p.txt" name="line 3: open &lt;h&gt;:2" time="1.500">
      <failure type="does not hold" message="B &amp; &quot;C&quot;.">B &amp; &quot;C&quot;.</failure>
    </testcase>
    <testcase classname="p.txt" name="line 5: open h:3" time="1.500">
      <error type="cannot tell" message="D.">D.</error>
    </testcase>
  </testsuite>
</testsuites>
)");
}

TEST_CASE("an audit is summed up in one sentence") {
  AuditTally tally;
  for (const RuleOutcome outcome :
       {RuleOutcome::holds, RuleOutcome::fails, RuleOutcome::fails, RuleOutcome::unknown}) {
    tally.add(outcome);
  }
  CHECK(tally.text() == "Of 4 lines 1 holds, 2 do not hold, 1 can't be decided.");
}
