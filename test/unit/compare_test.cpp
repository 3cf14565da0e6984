#include "compare/rank_test.hpp"
#include "trace_builder.hpp"

#include <tracetcp/compare.hpp>
#include <tracetcp/error.hpp>
#include <tracetcp/report.hpp>

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

using namespace tracetcp;
using namespace tracetcp::test;
using namespace std::chrono_literals;

namespace {

const std::string far_host = "192.0.2.9";

/// Four hops and an open port behind them.
Trace compared_trace(const std::vector<std::string>& routers, int rtt = 10) {
  Trace trace = trace_to(far_host, 80);
  std::uint8_t ttl = 0;
  for (const std::string& router : routers) {
    ++ttl;
    if (router == "*") {
      add_hop(trace, ttl, {std::nullopt, std::nullopt, std::nullopt});
    } else {
      add_hop(trace, ttl, router, rtt + ttl, rtt + ttl, rtt + ttl);
    }
  }
  ++ttl;
  add_hop(trace, ttl, {reply(far_host, std::chrono::milliseconds(rtt + 9), ReplyKind::syn_ack)});
  conclude(trace, State::open, ttl, far_host, std::chrono::milliseconds(rtt + 9));
  return trace;
}

const std::vector<std::string> usual_path{"10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"};

std::string json_of(const Trace& trace, std::uint16_t source_port = 40001) {
  RunInfo info;
  info.source = {address("10.0.0.9"), Port{source_port}};
  const NoNames nobody;
  return json_report(info, nobody)->rest(trace, {});
}

std::vector<RecordedPort> record(const Trace& trace, std::uint16_t source_port = 40001) {
  return read_recorded(json_of(trace, source_port), "test");
}

/// "hop: Hop 3: ..." of each change.
std::vector<std::string> changes(const Trace& before, const Trace& after,
                                 std::uint16_t source_port = 40001) {
  std::vector<std::string> all;
  const auto old = record(before);
  const auto now = record(after, source_port);
  for (const Change& change : compare(old, now).changes) {
    all.push_back(std::string(name(change.kind)) + ": " + change.text);
  }
  return all;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("the rank test has the chances of Mann and Whitney's exact distribution") {
  using comparing::RankTest;
  RankTest three;
  three.add({.before = {1, 2, 3}, .after = {4, 5, 6}});
  CHECK(three.chance_of_rise() == doctest::Approx(1.0 / 20));  // of 6 over 3 orders one
  CHECK(three.chance_of_fall() == doctest::Approx(1.0));
  three.add({.before = {1, 2, 3}, .after = {4, 5, 6}});
  CHECK(three.chance_of_rise() == doctest::Approx(1.0 / 400));
  RankTest ten;
  ten.add({.before = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10},
           .after = {11, 12, 13, 14, 15, 16, 17, 18, 19, 20}});
  CHECK(ten.chance_of_rise() == doctest::Approx(1.0 / 184756));  // 20 over 10
  RankTest mixed;
  mixed.add(
      {.before = {1, 3}, .after = {2, 4}});  // three of four pairs; 2 of 6 orders have as many
  CHECK(mixed.chance_of_rise() == doctest::Approx(2.0 / 6));
}

TEST_CASE("samples that tie speak for no change") {
  comparing::RankTest ties;
  ties.add({.before = {1, 1, 1}, .after = {1, 1, 1}});
  CHECK(ties.chance_of_rise() == doctest::Approx(1.0));
  CHECK(ties.chance_of_fall() == doctest::Approx(1.0));
}

TEST_CASE("the same trace again is no change") {
  const Trace trace = compared_trace(usual_path);
  CHECK(changes(trace, trace).empty());
  const auto ports = record(trace);
  CHECK(compare(ports, ports).compared == 1);
}

TEST_CASE("a hop is a set of routers, and silence is no change") {
  const Trace before = compared_trace(usual_path);
  CHECK(changes(before, compared_trace({"10.0.0.1", "*", "10.0.0.3", "10.0.0.4"})).empty());
  Trace balanced = compared_trace(usual_path);
  balanced.hops[1].probes[0].replies[0].from = address("10.0.0.7");
  CHECK(changes(before, balanced).empty());
  CHECK(changes(before, compared_trace({"10.0.0.1", "10.0.0.7", "10.0.0.3", "10.0.0.4"})) ==
        Texts{"hop: Hop 2: 10.0.0.7 instead of 10.0.0.2."});
}

TEST_CASE("other routers of another flow are a note, as a load balancer may lead it elsewhere") {
  const Trace before = compared_trace(usual_path);
  const Trace after = compared_trace({"10.0.0.1", "10.0.0.7", "10.0.0.3", "10.0.0.4"});
  CHECK(changes(before, after, 40002).empty());
  const auto old = record(before);
  const auto now = record(after, 40002);
  const auto notes = compare(old, now).notes;
  REQUIRE(notes.size() == 1);
  CHECK(notes.front().starts_with("192.0.2.9:80: Hop 2 and later may differ"));
}

TEST_CASE("a router more on the way is one hop and a longer path") {
  CHECK(changes(compared_trace(usual_path),
                compared_trace({"10.0.0.1", "10.0.0.2", "10.9.9.9", "10.0.0.3", "10.0.0.4"})) ==
        Texts{"hop: Hop 3: 10.9.9.9 is new on the path.",
              "length: The target is 6 hops away instead of 5."});
}

TEST_CASE("a target that missed the SYN of one TTL is not farther") {
  const Trace before = compared_trace(usual_path);
  Trace after = compared_trace({"10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "*"});
  CHECK(changes(before, after).empty());
}

TEST_CASE("answers that take longer from a hop on are a change of times from there on") {
  Trace before = compared_trace(
      {"10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5", "10.0.0.6", "10.0.0.7"});
  Trace after = before;
  CHECK(changes(before, after).empty());
  for (std::size_t hop = 1; hop < after.hops.size(); ++hop) {
    for (ProbeRecord& probe : after.hops[hop].probes) *probe.replies[0].rtt += 20ms;
  }
  CHECK(changes(before, after) ==
        Texts{"rtt: From hop 2 (10.0.0.2) on, answers take 32.000 ms there instead of 12.000 ms "
              "(medians)."});
  CHECK(changes(after, before).size() == 1);
}

TEST_CASE("a few slow answers are no change of times") {
  const Trace before = compared_trace(usual_path);
  Trace after = before;
  for (ProbeRecord& probe : after.hops[3].probes) *probe.replies[0].rtt += 200ms;
  CHECK(changes(before, after).empty());
}

TEST_CASE("labels of MPLS that come, go or change are changes") {
  const Trace plain = compared_trace(usual_path);
  const auto labelled = [&](std::uint32_t label) {
    Trace trace = plain;
    for (ProbeRecord& probe : trace.hops[1].probes) {
      probe.replies[0].mpls = {{.label = label, .bottom = true, .ttl = 1}};
    }
    return trace;
  };
  CHECK(changes(plain, labelled(16)) ==
        Texts{"mpls: Hop 2 (10.0.0.2): MPLS label 16 instead of no MPLS label."});
  CHECK(changes(labelled(16), labelled(17)) ==
        Texts{"mpls: Hop 2 (10.0.0.2): MPLS label 17 instead of MPLS label 16."});
  CHECK(changes(labelled(16), labelled(16)).empty());
}

namespace {

Trace rewritten(const std::string& field, const std::string& quoted, bool is_nat,
                Confidence confidence = Confidence::certain) {
  Trace trace = compared_trace(usual_path);
  trace.diagnosis.findings.push_back(
      {.confidence = confidence,
       .at = {.ttl = Ttl{1}, .address = address("10.0.0.1")},
       .data = finding::FieldChange{.before = {.ttl = Ttl{2}, .address = address("10.0.0.2")},
                                    .field = field,
                                    .sent = "0",
                                    .quoted = quoted,
                                    .is_nat = is_nat}});
  return trace;
}

}  // namespace

TEST_CASE(
    "fields that are rewritten, or not any more, are changes where the router still answers") {
  const Trace plain = compared_trace(usual_path);
  CHECK(changes(plain, rewritten("DSCP", "46", false)) ==
        Texts{"field: The DSCP is rewritten before hop 2 (10.0.0.2)."});
  CHECK(changes(rewritten("source address", "203.0.113.9", true), plain) ==
        Texts{"nat: The source address is not rewritten any more before hop 2 (10.0.0.2)."});
  CHECK(changes(rewritten("DSCP", "46", false), rewritten("DSCP", "8", false)) ==
        Texts{"field: The DSCP is rewritten to 8 before hop 2 (10.0.0.2), before to 46."});
  CHECK(changes(rewritten("source port", "1024", true), rewritten("source port", "1025", true))
            .empty());
  CHECK(changes(rewritten("DSCP", "46", false),
                compared_trace({"10.0.0.1", "*", "10.0.0.3", "10.0.0.4"}))
            .empty());
  CHECK(changes(plain, rewritten("DSCP", "46", false, Confidence::not_sure)).empty());
}

namespace {

/// Silent beyond the last router, where `syns` are not answered, one sent that long after the
/// other.
Trace fallen_silent(int syns, Duration apart = 500ms) {
  Trace trace = trace_to(far_host, 80);
  for (std::uint8_t ttl = 1; ttl <= 4; ++ttl) {
    add_hop(trace, ttl, usual_path[ttl - 1U], 10 + ttl, 10 + ttl, 10 + ttl);
  }
  for (int i = 0; i < syns; ++i) {
    add_hop(trace, static_cast<std::uint8_t>(5 + i), {std::nullopt}).probes[0].sent =
        start + apart * i;
  }
  conclude(trace, State::silent, 4, "10.0.0.4");
  return trace;
}

}  // namespace

namespace {

/// An open port six hops away by one flow, each hop asked `times` times; its routers always answer.
RecordedPort recorded_port(int times = 3) {
  RecordedPort port{.target = {address(far_host), Port{80}}};
  port.sources = {{address("10.0.0.9"), Port{40001}}};
  for (int ttl = 1; ttl <= 5; ++ttl) {
    for (int i = 0; i < times; ++i) {
      port.hops[ttl].push_back(
          {.reply = "time-exceeded", .from = address("10.0.0." + std::to_string(ttl))});
    }
  }
  port.state = "open";
  port.ttl = 6;
  port.from = port.target.address;
  port.answered_by = "target";
  port.return_hops = 6;
  return port;
}

void answers_at(RecordedPort& port, int ttl, const std::string& router, std::size_t count) {
  auto& probes = port.hops[ttl];
  for (std::size_t i = 0; i < probes.size(); ++i) {
    probes[i] = {.reply = "none"};
    if (i < count) probes[i] = {.reply = "time-exceeded", .from = address(router)};
  }
}

RecordedField dscp_before(int ttl, const std::string& quoted, int after) {
  return {.field = "DSCP",
          .is_sure = true,
          .quoted = quoted,
          .after = after,
          .before_ttl = ttl,
          .before_router = address("10.0.0." + std::to_string(ttl))};
}

std::size_t changes_between(const RecordedPort& before, const RecordedPort& after) {
  return compare(std::vector{before}, std::vector{after}).changes.size();
}

}  // namespace

TEST_CASE("another machine answers where its answers come another way back, too") {
  const RecordedPort before = recorded_port();
  RecordedPort after = before;
  after.answered_by = "proxy";
  CHECK(changes_between(before, after) == 0);
  after.return_hops = 4;
  CHECK(changes_between(before, after) == 1);
}

TEST_CASE("where half of the probes are unanswered another way may be silent") {
  RecordedPort before = recorded_port(10);
  RecordedPort after = before;
  answers_at(before, 3, "10.0.0.3", 4);
  answers_at(after, 3, "10.0.0.7", 6);
  CHECK(changes_between(before, after) == 0);
  answers_at(before, 3, "10.0.0.3", 9);
  CHECK(changes_between(before, after) == 1);
}

TEST_CASE("a field that some ways may rewrite, or a silent router, is no change") {
  const RecordedPort plain = recorded_port(10);
  RecordedPort rewritten = plain;
  rewritten.fields = {dscp_before(4, "40", 2)};
  CHECK(changes_between(rewritten, plain) == 1);
  CHECK(changes_between(plain, rewritten) == 1);

  RecordedPort contradicted = plain;  // of two ways one rewrites it
  contradicted.fields = {dscp_before(4, "8", 2)};
  contradicted.fields.front().is_sure = false;
  CHECK(changes_between(rewritten, contradicted) == 0);
  CHECK(changes_between(contradicted, plain) == 0);

  answers_at(rewritten, 3, "10.0.0.3", 0);  // it shows the second of two changes alone
  RecordedPort both = plain;
  both.fields = {dscp_before(3, "8", 2)};
  CHECK(changes_between(rewritten, both) == 0);
}

TEST_CASE("a port became silent where too many SYNs are missing for a loss") {
  const Trace open = compared_trace(usual_path);
  const auto silent = changes(open, fallen_silent(12));
  REQUIRE(silent.size() == 1);
  CHECK(silent.front() ==
        "verdict: Port 80 was open and is silent: Nothing answers beyond hop 4 (10.0.0.4). Before: "
        "Port 80 is open on 192.0.2.9, 5 hops away, in 19 ms.");
  CHECK(changes(fallen_silent(12), open).size() == 1);
  CHECK(changes(open, fallen_silent(3)).empty());  // 0.05^3 is above 1e-5
  // Linux answers SYNs of one connection every 500 ms at most: of those there is one chance.
  CHECK(changes(open, fallen_silent(12, 1ms)).empty());
  Trace interrupted = fallen_silent(12);
  interrupted.interrupted = true;
  CHECK(changes(open, interrupted).empty());
}

TEST_CASE("of several ports the verdict of one is a change of a port") {
  const Trace open = compared_trace(usual_path);
  Trace other = open;
  other.target.port = Port{81};
  Trace closed = other;
  closed.verdict.state = State::closed;
  closed.hops.back().probes[0].replies[0].kind = ReplyKind::rst;
  const auto old = read_recorded(json_of(open) + json_of(other), "test");
  const auto now = read_recorded(json_of(open) + json_of(closed), "test");
  const auto comparison = compare(old, now);
  REQUIRE(comparison.changes.size() == 1);
  CHECK(comparison.changes.front().kind == ChangeKind::port);
  CHECK(comparison.changes.front().ports == std::vector{Port{81}});
  CHECK(comparison.compared == 2);
}

TEST_CASE("what ports of one target share is one change, and a port of one file alone a note") {
  const Trace before = compared_trace(usual_path);
  const Trace after = compared_trace({"10.0.0.1", "10.0.0.7", "10.0.0.3", "10.0.0.4"});
  const auto with_81 = [](Trace trace) {
    trace.target.port = Port{81};
    return trace;
  };
  const auto old = read_recorded(json_of(before) + json_of(with_81(before)), "test");
  const auto now = read_recorded(json_of(after) + json_of(with_81(after)), "test");
  const auto comparison = compare(old, now);
  REQUIRE(comparison.changes.size() == 1);
  CHECK(comparison.changes.front().ports == std::vector{Port{80}, Port{81}});
  const auto fewer = compare(old, record(before));
  CHECK(fewer.changes.empty());
  CHECK(fewer.notes == Texts{"192.0.2.9:81 was traced only before."});
}

TEST_CASE("lines of other kinds, members of other types and a cut-off file harm nothing") {
  CHECK(read_recorded("{\"summary\":\"x\"}\n\n[1]\n3\n", "f").empty());
  CHECK(read_recorded("{\"target\":{\"address\":7},\"hops\":1}", "f").empty());
  CHECK(read_recorded("{\"line\":1,\"trace\":"
                      "{\"target\":{\"address\":\"10.0.0.1\",\"port\":1},\"hops\":[{\"ttl\":-4}]}}",
                      "f")
            .size() == 1);
  CHECK_THROWS_WITH_AS(read_recorded("{\"hops\":[]}\n{\"targ", "f"),
                       "f, line 2 is no JSON; give a file of --json or a capture", Error);
}

TEST_CASE("a comparison in JSON and in text") {
  const auto old = record(compared_trace(usual_path));
  const auto now = record(compared_trace({"10.0.0.1", "10.0.0.7", "10.0.0.3", "10.0.0.4"}));
  CHECK(
      comparison_json(compare(old, now)) ==
      "{\"schema\":1,\"changes\":[{\"kind\":\"hop\",\"target\":{\"address\":\"192.0.2.9\","
      "\"ports\":[80]},\"ttl\":2,\"before\":\"10.0.0.2\",\"after\":\"10.0.0.7\",\"text\":\"Hop 2: "
      "10.0.0.7 instead of 10.0.0.2.\"}],\"same\":false,\"compared\":1,\"notes\":[]}\n");
  CHECK(comparison_json(compare(old, old)) ==
        "{\"schema\":1,\"changes\":[],\"same\":true,\"compared\":1,\"notes\":[]}\n");
  CHECK(comparison_text(compare(old, now)) == "Hop 2: 10.0.0.7 instead of 10.0.0.2.\n");
  CHECK(comparison_text(compare(old, old)) == "Nothing changed.\n");
}
