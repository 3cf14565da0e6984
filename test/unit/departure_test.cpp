#include "session/run_diagnosis.hpp"
#include "trace_builder.hpp"
#include "tracer/judge.hpp"

#include <tracetcp/diagnose.hpp>
#include <tracetcp/report.hpp>
#include <tracetcp/sentences.hpp>

#include <doctest/doctest.h>

using namespace tracetcp;
using namespace std::chrono_literals;

namespace {

/// One hop that answers, then three that are asked once each and are silent.
Trace silent_trace(Departure departure) {
  Trace trace = test::trace_to("10.77.10.2", 80);
  test::add_hop(trace, 1, {test::reply("10.77.1.2", 1ms)});
  for (std::uint8_t ttl = 2; ttl <= 4; ++ttl) test::add_hop(trace, ttl, {std::nullopt});
  for (Hop& hop : trace.hops) hop.probes.front().departure = departure;
  return trace;
}

Trace judged(Trace trace) {
  trace.verdict = judge(trace);
  return trace;
}

/// Nothing of it is known.
Trace unknown_port(std::uint16_t port) {
  Trace trace = test::trace_to("10.77.10.2", port);
  test::add_hop(trace, 1, {std::nullopt}).probes.front().departure = Departure::unseen;
  return judged(trace);
}

}  // namespace

TEST_CASE("silence after SYNs that were seen leaving, or that nobody could watch, is silence") {
  for (const Departure departure :
       {Departure::unwatched, Departure::as_made, Departure::translated}) {
    CHECK(judge(silent_trace(departure)).state == State::silent);
  }
}

TEST_CASE("silence after SYNs none of which was seen leaving is unknown") {
  for (const Departure departure : {Departure::unseen, Departure::refused}) {
    const Verdict verdict = judge(silent_trace(departure));
    CHECK(verdict.state == State::unknown);
    CHECK(verdict.ttl == Ttl{1});
  }
}

TEST_CASE("one SYN beyond the last hop that was seen leaving is enough, SYNs before it are not") {
  Trace trace = silent_trace(Departure::unseen);
  trace.hops[0].probes.front().departure = Departure::as_made;
  CHECK(judge(trace).state == State::unknown);
  trace.hops[3].probes.front().departure = Departure::as_made;
  CHECK(judge(trace).state == State::silent);
}

TEST_CASE("an answer stands, however its SYN left") {
  Trace trace = silent_trace(Departure::unseen);
  trace.hops[3].probes.front().replies = {test::reply("10.77.10.2", 2ms, ReplyKind::syn_ack)};
  CHECK(judge(trace).state == State::open);
}

TEST_CASE("SYNs that were not seen leaving are neither asked nor lost") {
  Trace trace = silent_trace(Departure::as_made);
  trace.hops[0].probes.push_back({.index = 9, .ttl = Ttl{1}, .departure = Departure::unseen});
  trace.hops[1].probes.front().departure = Departure::unseen;
  const Digest known = digest(trace);
  CHECK(known.hop(1)->asked == 1);
  CHECK(known.hop(2)->asked == 0);
  CHECK(known.hop(3)->asked == 1);
  CHECK(rtt_statistics(trace.hops[0])->loss == 0);
}

TEST_CASE("nothing is known of a port whose SYNs were not seen leaving, so it is not blocked") {
  Trace other = test::trace_to("10.77.10.2", 22);
  test::add_hop(other, 1, {test::reply("10.77.1.2", 1ms)});
  test::add_hop(other, 2, {test::reply("10.77.10.2", 2ms, ReplyKind::syn_ack)});
  const std::vector<Digest> others{digest(judged(other))};
  CHECK(diagnose(digest(judged(silent_trace(Departure::as_made))), others).findings.size() == 1);
  const Diagnosis unknown = diagnose(digest(judged(silent_trace(Departure::unseen))), others);
  CHECK(unknown.findings.empty());
  CHECK(unknown.answered_by == AnsweredBy::none);
}

TEST_CASE("in words: what was not seen, or why this machine did not send") {
  Trace trace = judged(silent_trace(Departure::unseen));
  CHECK(name(trace.verdict.state) == "unknown");
  CHECK(sentence(trace) ==
        "None of 3 SYNs was seen leaving this machine: a firewall, a route or a NAT of its own may "
        "stop or change them; nothing is known of port 80 beyond hop 1 (10.77.1.2), try --method "
        "connect.");
  CHECK(sentence(unknown_port(25)) ==
        "Our SYN was not seen leaving this machine: a firewall, a route or a NAT of its own may "
        "stop or change it; nothing is known of port 25, try --method connect.");
  trace = unknown_port(25);
  trace.refusal = Refusal{.cause = Refusal::Cause::no_neighbour,
                          .neighbour = test::address("10.77.1.2"),
                          .interface = "eth0"};
  CHECK(
      sentence(trace) ==
      "Our SYNs did not leave this machine: 10.77.1.2 does not answer ARP on eth0, so an "
      "application gets \"No route to host\"; `ip neighbour` shows who answers, `ip route` who is "
      "the gateway; nothing is known of port 25.");
  trace.refusal->neighbour = trace.target.address;
  CHECK(sentence(trace) ==
        "Our SYNs did not leave this machine: 10.77.10.2 does not answer ARP on eth0, so an "
        "application gets \"No route to host\"; `ip neighbour` shows who answers; nothing is known "
        "of port 25.");
  CHECK(text(Refusal{.cause = Refusal::Cause::no_neighbour,
                     .neighbour = test::address("fe80::1"),
                     .interface = "eth0"}) ==
        "fe80::1 does not answer neighbour solicitations on eth0");
  trace.refusal = Refusal{.cause = Refusal::Cause::firewall, .reason = "Operation not permitted"};
  CHECK(text(*trace.refusal) ==
        "a firewall on this machine refuses them (Operation not permitted)");
}

TEST_CASE("every report says that nothing is known") {
  const Trace trace = unknown_port(25);
  const RunInfo info{.max_hops = 1};
  const test::MapNames names;
  const std::string said = sentence(trace);
  CHECK(standard_report(info, names)->end(trace, {}).find(said + '\n') != std::string::npos);
  CHECK(condensed_report(info, names)->end(trace, {}) == "[10.77.10.2:25]  " + said + '\n');
  const std::string json = json_report(info, names)->end(trace, {});
  CHECK(json.find(R"("verdict":{"state":"unknown","text":"Our SYN was not)") != std::string::npos);
  CHECK(json.find(R"("reply":"none","departure":"unseen")") != std::string::npos);
  const auto matrix = matrix_report(info);
  CHECK(matrix->end(trace, {}).find("25      ?\n") != std::string::npos);
  CHECK(matrix->close() == "\nUnknown (?: our SYNs were not seen leaving): 25\n");
}

TEST_CASE("an unknown port is neither as expected nor otherwise") {
  for (const Expectation expected :
       {Expectation::open, Expectation::closed, Expectation::blocked}) {
    RunDiagnosis diagnosis(RunDiagnosis::Tell::each, 1, expected, [](Trace&) {});
    diagnosis.take(unknown_port(25));
    diagnosis.finish();
    CHECK(diagnosis.as_expected());
    CHECK_FALSE(diagnosis.all_known());
  }
}
