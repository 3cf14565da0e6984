// What a watch makes of its rounds: figures, and what is an event and what is not.

#include "report/watch_text.hpp"
#include "report/watch_words.hpp"
#include "trace_builder.hpp"
#include "watch/hop_record.hpp"
#include "watch/one_flow_prober.hpp"
#include "watch/recorded_rounds.hpp"
#include "watch/watch_record.hpp"
#include "watch/watch_rounds.hpp"
#include "watch/watched_path.hpp"

#include <tracetcp/sentences.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace tracetcp;
using namespace tracetcp::test;
using namespace std::chrono_literals;

namespace watch_test {
namespace {

/// A round: one answer a hop, "" where there is none, then the target.
Trace round_by(const std::vector<std::string>& hops, State state = State::open) {
  Trace trace = trace_to("198.51.100.1", 80);
  std::uint8_t ttl = 1;
  for (const std::string& from : hops) {
    add_hop(trace, ttl++, {from.empty() ? std::nullopt : std::optional(reply(from, 5ms))});
  }
  trace.verdict.state = state;
  if (state == State::silent) {
    add_hop(trace, ttl, {std::nullopt});
    trace.verdict.ttl = Ttl{static_cast<std::uint8_t>(ttl - 1)};
    return trace;
  }
  const ReplyKind kind = state == State::closed ? ReplyKind::rst : ReplyKind::syn_ack;
  add_hop(trace, ttl, {reply("198.51.100.1", 9ms, kind)});
  trace.verdict.ttl = Ttl{ttl};
  trace.verdict.from = address("198.51.100.1");
  return trace;
}

const std::vector<std::string> usual{"10.0.0.1", "10.0.0.2", "10.0.0.3"};

/// Kinds of the events of some rounds that are alike, with the number of the round among them.
std::string events_of(WatchRecord& record, const Trace& trace, int times) {
  std::string text;
  for (int i = 1; i <= times; ++i) {
    for (const WatchEvent& event : record.add(trace)) {
      text += std::string(name(event.kind())) + "@" + std::to_string(i) + " ";
    }
  }
  return text;
}

/// The prober beneath: keeps what is sent, and gives out what the test wants.
class Beneath final : public Prober {
 public:
  TimePoint now() override { return start; }
  void send(std::span<const Probe> probes) override {
    sent_probes.insert(sent_probes.end(), probes.begin(), probes.end());
  }
  std::span<const Reply> wait(TimePoint) override { return replies; }
  void complete(Trace& trace) override {
    completed = trace.id;
    for (const Hop& hop : trace.hops) {
      for (const ProbeRecord& probe : hop.probes) indexes.push_back(probe.index);
    }
  }
  void conclude(std::uint32_t) override { FAIL("the one trace goes on"); }
  void retire(std::uint32_t trace, std::uint32_t below) override {
    CHECK(trace == 0);
    retired_below = below;
  }
  [[nodiscard]] const Tally& ignored() const override { return tally_; }
  LinkStats stats() override { return {}; }

  std::vector<Probe> sent_probes;
  std::vector<Reply> replies;
  std::vector<std::uint32_t> indexes;
  std::optional<std::uint32_t> completed;
  std::uint32_t retired_below = 0;

 private:
  Tally tally_;
};

Probe probe_of(std::uint32_t trace, std::uint32_t index) {
  return {.id = {.trace = trace, .index = index}, .target = {}, .ttl = Ttl{1}};
}

}  // namespace
}  // namespace watch_test

using namespace watch_test;

// Computed by hand: 1 2 3 4 100 ms, differences 1 1 1 96.
TEST_CASE("figures of a hop are those of its answers") {
  HopRecord hop;
  for (const Duration rtt : {1ms, 2ms, 3ms, 4ms, 100ms}) hop.add_answer(address("10.0.0.1"), rtt);
  hop.add_silence();
  const HopFigures window = hop.window();
  CHECK(window.asked == 6);
  CHECK(window.answered == 5);
  CHECK(window.loss() == doctest::Approx(1.0 / 6));
  CHECK(window.last == Duration(100ms));
  CHECK(window.least == Duration(1ms));
  CHECK(window.median == Duration(3ms));
  CHECK(window.p95 == Duration(100ms));
  CHECK(window.most == Duration(100ms));
  CHECK(window.jitter == Duration(24'750us));
  const HopFigures total = hop.total();
  CHECK(total.asked == 6);
  CHECK(total.jitter == Duration(24'750us));
  CHECK(*total.median >= 3ms);
  CHECK(*total.median <= 3150us);
}

TEST_CASE("the window forgets what figures since the start keep") {
  HopRecord hop;
  hop.add_answer(address("10.0.0.1"), 900ms);
  hop.add_silence();
  for (std::size_t i = 0; i < HopRecord::window_size; ++i) hop.add_answer(address("10.0.0.1"), 7ms);
  CHECK(hop.window().most == Duration(7ms));
  CHECK(hop.window().loss() == 0);
  CHECK(hop.total().most == Duration(900ms));
  CHECK(hop.total().asked == HopRecord::window_size + 2);
}

TEST_CASE("a hop keeps 16 addresses apart and counts the others") {
  HopRecord hop;
  for (std::uint32_t i = 0; i < 20; ++i) hop.add_answer(Address(0x0a000000 + i), 1ms);
  CHECK(hop.addresses().size() == 16);
  CHECK(hop.other_addresses() == 4);
}

TEST_CASE("rounds that are alike make no event") {
  WatchRecord record;
  CHECK(events_of(record, round_by(usual), 200) == "");
  CHECK(path_text(record.path().places()) ==
        "hop 1 10.0.0.1, hop 2 10.0.0.2, hop 3 10.0.0.3, hop 4 198.51.100.1");
}

TEST_CASE("a path that changes is one event with before and after, and no loss") {
  WatchRecord record;
  CHECK(events_of(record, round_by(usual), 20) == "");
  std::vector<WatchEvent> events;
  for (int i = 0; i < 30; ++i) {
    for (auto& event : record.add(round_by({"10.0.0.1", "10.9.0.2", "10.9.0.3"}))) {
      events.push_back(std::move(event));
    }
  }
  REQUIRE(events.size() == 1);
  CHECK(events[0].kind() == WatchEventKind::path);
  CHECK(events[0].round == 23);
  CHECK(words_of(events[0], no_names()).before == "hop 2 10.0.0.2, hop 3 10.0.0.3");
  CHECK(words_of(events[0], no_names()).after == "hop 2 10.9.0.2, hop 3 10.9.0.3");
}

TEST_CASE("a longer path is an event that names the target's new place") {
  WatchRecord record;
  events_of(record, round_by(usual), 20);
  std::string before;
  std::string after;
  for (int i = 0; i < 5; ++i) {
    for (const auto& event :
         record.add(round_by({"10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"}))) {
      before += words_of(event, no_names()).before;
      after += words_of(event, no_names()).after;
    }
  }
  CHECK(before == "hop 4 198.51.100.1");
  CHECK(after == "hop 4 10.0.0.4");
  CHECK(record.length() == 5);
}

TEST_CASE("a balancer that takes turns, and silence, are no change of the path") {
  WatchRecord record;
  std::string events;
  for (int i = 0; i < 50; ++i) {
    events +=
        events_of(record, round_by({"10.0.0.1", i % 2 == 0 ? "10.0.0.2" : "10.5.0.2", ""}), 1);
  }
  CHECK(events == "");
}

TEST_CASE("a verdict changes when two rounds in a row have another answer") {
  WatchRecord record;
  events_of(record, round_by(usual), 20);
  CHECK(events_of(record, round_by(usual, State::closed), 1) == "");
  CHECK(events_of(record, round_by(usual), 1) == "");
  CHECK(events_of(record, round_by(usual, State::closed), 5) == "verdict@2 ");
}

TEST_CASE("silence is a verdict where loss does not explain it") {
  WatchRecord record;
  events_of(record, round_by(usual), 60);
  // Three lost of 50 are loss, too.
  CHECK(events_of(record, round_by(usual, State::silent), 10) == "verdict@3 ");
}

TEST_CASE("where every other SYN gets lost, ten silent rounds are no verdict yet") {
  WatchRecord record;
  std::string events;
  for (int i = 0; i < 60; ++i) {
    events += events_of(record, round_by(usual, i % 2 == 0 ? State::open : State::silent), 1);
  }
  CHECK(events == "loss@1 ");
  CHECK(events_of(record, round_by(usual, State::silent), 8) == "");
}

TEST_CASE("loss begins and ends once") {
  WatchRecord record;
  events_of(record, round_by(usual), 60);
  std::string events;
  for (int i = 0; i < 40; ++i) {
    events += events_of(record, round_by(usual, i % 5 == 0 ? State::silent : State::open), 1);
  }
  CHECK(events == "loss@1 ");
  CHECK(record.loses());
  CHECK(events_of(record, round_by(usual), 60) == "loss@46 ");  // the last lost one was 4 before
  CHECK_FALSE(record.loses());
}

TEST_CASE("a hop that loses more than those behind it limits its answers, which is no loss") {
  WatchRecord record;
  std::string events;
  for (int i = 0; i < 60; ++i) {
    events +=
        events_of(record, round_by({"10.0.0.1", i % 2 == 0 ? "10.0.0.2" : "", "10.0.0.3"}), 1);
  }
  CHECK(events == "finding@1 ");
  CHECK(record.limits(2));
  CHECK_FALSE(record.loses());
}

TEST_CASE("traces of one flow are one trace to the prober beneath") {
  Beneath beneath;
  OneFlowProber prober(beneath);
  prober.send(std::vector{probe_of(7, 0), probe_of(7, 1)});
  prober.send(std::vector{probe_of(8, 0)});
  prober.send(std::vector{probe_of(7, 2)});
  REQUIRE(beneath.sent_probes.size() == 4);
  for (std::uint32_t i = 0; i < 4; ++i) {
    CHECK(beneath.sent_probes[i].id.trace == 0);
    CHECK(beneath.sent_probes[i].id.index == i);
  }
  Reply one;
  one.probe = 2;
  Reply ambiguous;
  ambiguous.candidates = {0, 2, 3};
  beneath.replies = {one, ambiguous};
  const auto replies = prober.wait(start);
  CHECK(replies[0].trace == 8);
  CHECK(replies[0].probe == 0U);
  CHECK(replies[1].trace == 7);
  CHECK(replies[1].candidates == std::vector<std::uint32_t>{0, 2});

  Trace trace = trace_to("198.51.100.1", 80);
  trace.id = 7;
  add_hop(trace, 1, {std::nullopt, std::nullopt, std::nullopt});
  prober.complete(trace);
  CHECK(beneath.completed == 0U);
  CHECK(beneath.indexes == std::vector<std::uint32_t>{0, 1, 3});
  CHECK(trace.id == 7);
  CHECK(trace.hops[0].probes[2].index == 2);
  prober.conclude(7);
  CHECK(beneath.retired_below == 2);
  prober.conclude(8);
  CHECK(beneath.retired_below == 4);
}

TEST_CASE("each port has a flow of its own, whose probes are retired with it") {
  Beneath beneath;
  OneFlowProber prober(beneath);
  const auto probe_at = [](std::uint32_t trace, std::uint16_t port) {
    Probe probe = probe_of(trace, 0);
    probe.target = {address("198.51.100.1"), Port{port}};
    return probe;
  };
  prober.send(std::vector{probe_at(0, 80), probe_at(1, 443), probe_at(2, 80), probe_at(3, 80)});
  REQUIRE(beneath.sent_probes.size() == 4);
  CHECK(beneath.sent_probes[0].id.trace == 0);
  CHECK(beneath.sent_probes[1].id.trace == 1);
  CHECK(beneath.sent_probes[1].id.index == 0);
  CHECK(beneath.sent_probes[2].id.trace == 0);
  CHECK(beneath.sent_probes[2].id.index == 1);
  Reply of_other;
  of_other.trace = 1;
  of_other.probe = 0;
  beneath.replies = {of_other};
  CHECK(prober.wait(start)[0].trace == 1);
  // The second round ends first: the first one's answers may still come.
  prober.conclude(2);
  CHECK(beneath.retired_below == 0);
  prober.conclude(0);
  CHECK(beneath.retired_below == 2);
}

TEST_CASE("rounds that end out of turn are handed on as they began") {
  WatchRounds rounds({}, {.targets = {{address("198.51.100.1"), Port{80}}}});
  REQUIRE(rounds.next(0, start) != nullptr);
  REQUIRE(rounds.next(1, start + 1s) != nullptr);
  Trace first = round_by(usual);
  Trace second = round_by(usual);
  first.id = 0;
  second.id = 1;
  CHECK(rounds.in_order(second).empty());
  const auto handed_on = rounds.in_order(first);
  REQUIRE(handed_on.size() == 2);
  CHECK(handed_on[0].id == 0);
  CHECK(handed_on[1].id == 1);
}

TEST_CASE("a capture of one flow falls into rounds where its lowest TTL is asked again") {
  Trace trace = trace_to("198.51.100.1", 80);
  const auto came = reply("10.0.0.1", 5ms);
  add_hop(trace, 1, {came, came, came});
  add_hop(trace, 2, {came, std::nullopt, came});
  add_hop(trace, 3, {std::nullopt, came});
  for (Hop& hop : trace.hops) {
    for (std::size_t i = 0; i < hop.probes.size(); ++i) {
      hop.probes[i].sent = start + 1s * i + 10ms * hop.ttl.value;
    }
  }
  const auto rounds = rounds_of(trace);
  REQUIRE(rounds.size() == 3);
  CHECK(rounds[0].hops.size() == 3);
  CHECK(rounds[1].hops.size() == 3);
  CHECK(rounds[2].hops.size() == 2);
  CHECK(rounds[1].hops[1].probes[0].replies.empty());
  CHECK(rounds[1].started == start + 1010ms);
}

TEST_CASE("a watch asks no further than three hops beyond the path, but for every tenth round") {
  Strategy strategy;
  strategy.probes_per_hop = 1;
  WatchRounds rounds(strategy, {.targets = {{address("198.51.100.1"), Port{80}}}, .rounds = 12});
  TimePoint now = start;
  std::string asked;
  for (std::uint32_t i = 0; i < 12; ++i, now += 20s) {
    Task* task = rounds.next(i, now);
    REQUIRE(task != nullptr);
    CHECK(rounds.next(i, now) == nullptr);  // not before the next second
    std::vector<Probe> due;
    TimePoint time = now;
    for (int step = 0; step < 2000 && !task->done(); ++step) {
      task->next(time, due);
      task->settle(time);
      if (task->wake() != never) time = std::max(time, task->wake());
    }
    asked += std::to_string(due.size()) + " ";
    rounds.learn(round_by(usual, State::silent));
    rounds.ended(*task);
  }
  CHECK(rounds.exhausted());
  CHECK(asked == "30 6 6 6 6 6 6 6 6 6 30 6 ");
}

TEST_CASE("figures in text") {
  CHECK(figure_text(std::nullopt) == "-");
  CHECK(figure_text(170ms) == "170 ms");
  CHECK(figure_text(312us) == "0.31 ms");
  CHECK(loss_text(0) == "0 %");
  CHECK(loss_text(0.004) == "0.4 %");
  CHECK(loss_text(0.125) == "12 %");
}
