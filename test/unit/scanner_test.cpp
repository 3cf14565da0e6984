#include "scan/scanner.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <map>
#include <string>

using namespace tracetcp;
using namespace std::chrono_literals;

namespace {

constexpr TimePoint scan_start{1000s};
constexpr Duration path_rtt = 20ms;

struct ScannedSyn {
  Port port;
  std::uint32_t lane = 0;
};

Reply answer_of(ScannedSyn syn, ReplyKind kind, TimePoint time) {
  Reply reply;
  reply.trace = syn.port.value;
  reply.probe = syn.lane;
  reply.kind = kind;
  reply.time = time;
  return reply;
}

/// What becomes of a SYN: an answer after `path_rtt`, or none.
using Path = std::function<std::optional<ReplyKind>(ScannedSyn, TimePoint)>;

struct Outcome {
  std::map<int, PortRecord> ports;
  std::vector<std::pair<ScannedSyn, TimePoint>> syns;
  ScanProgress progress;
  TimePoint end;

  [[nodiscard]] std::string states() const {
    std::string text;
    for (const auto& [port, record] : ports) {
      if (!record.answer) {
        text += '-';
      } else {
        text += record.answer->kind == ReplyKind::syn_ack ? 'o' : 'c';
      }
    }
    return text;
  }
};

Strategy one_probe() {
  return {.probes_per_hop = 1};
}

/// Scans ports from 1 on over the path.
Outcome scan_over(const Path& path, int ports, const Strategy& strategy = one_probe(),
                  Duration rtt = path_rtt) {
  const Job job{.target = Address(1),
                .ports = PortList(Port{1}, Port{static_cast<std::uint16_t>(ports)})};
  Scanner scanner(strategy, job, scan_start);
  Outcome outcome;
  std::multimap<TimePoint, Reply> on_way;
  TimePoint now = scan_start;
  std::vector<Probe> due;
  while (!scanner.done()) {
    due.clear();
    scanner.next(now, due);
    for (const Probe& probe : due) {
      const ScannedSyn syn{.port = probe.target.port, .lane = probe.id.index};
      outcome.syns.emplace_back(syn, now);
      if (const auto kind = path(syn, now)) {
        on_way.emplace(now + rtt, answer_of(syn, *kind, now + rtt));
      }
    }
    TimePoint next = scanner.wake();
    if (!on_way.empty()) next = std::min(next, on_way.begin()->first);
    REQUIRE(next != never);
    now = std::max(now, next);
    while (!on_way.empty() && on_way.begin()->first <= now) {
      scanner.on(on_way.begin()->second);
      on_way.erase(on_way.begin());
    }
    scanner.settle(now);
    while (!scanner.under_way().empty() && scanner.under_way().front().settled) {
      const PortRecord& record = scanner.under_way().front();
      outcome.ports.emplace(record.port.value, record);
      scanner.pop(record.answer ? State::closed : State::silent);
    }
  }
  outcome.progress = scanner.progress(now);
  outcome.end = now;
  return outcome;
}

bool is_control(ScannedSyn syn) {
  return syn.lane >= scan_most_tries;
}

}  // namespace

TEST_CASE("a scan asks a silent port twice, half a second apart, and waits a second after that") {
  const auto outcome = scan_over([](ScannedSyn, TimePoint) { return std::nullopt; }, 1);
  REQUIRE(outcome.syns.size() == 2);
  CHECK(outcome.syns[0].first.lane == 0);
  CHECK(outcome.syns[1].first.lane == 1);
  CHECK(outcome.syns[1].second - outcome.syns[0].second >= 500ms);
  CHECK(outcome.end - outcome.syns[1].second >= 1s);
  CHECK(outcome.states() == "-");
}

TEST_CASE("a scan asks a silent port as often as -p says") {
  Strategy strategy;
  strategy.probes_per_hop = 5;
  CHECK(scan_over([](ScannedSyn, TimePoint) { return std::nullopt; }, 1, strategy).syns.size() ==
        5);
}

TEST_CASE("a scan asks a port that answers once, and hands all over in order") {
  const auto outcome = scan_over(
      [](ScannedSyn syn, TimePoint) -> std::optional<ReplyKind> {
        if (syn.port.value % 3 == 0) return ReplyKind::syn_ack;
        return syn.port.value % 3 == 1 ? std::optional(ReplyKind::rst) : std::nullopt;
      },
      9);
  CHECK(outcome.states() == "c-oc-oc-o");
  CHECK(outcome.ports.at(1).tries == 1);
  CHECK(outcome.ports.at(2).tries == 2);
  CHECK(outcome.ports.at(1).settled_at == scan_start + path_rtt);
}

TEST_CASE("a scan whose answers all come speeds up, and loses nothing") {
  const auto outcome = scan_over([](ScannedSyn, TimePoint) { return ReplyKind::rst; }, 20'000);
  CHECK(outcome.progress.rate == 100'000);
  CHECK(outcome.progress.lost == 0);
  // At that speed one SYN in 33 is a control.
  CHECK(outcome.syns.size() > 20'000);
  CHECK(outcome.syns.size() < 20'000 * 104 / 100);
}

TEST_CASE("65,535 closed ports take 1.5 s at most nearby, 3 s behind 80 ms") {
  const auto closed = [](ScannedSyn, TimePoint) { return ReplyKind::rst; };
  for (const auto& [rtt, longest] : {std::pair<Duration, Duration>{200us, 1500ms}, {80ms, 3s}}) {
    const auto outcome = scan_over(closed, 65'535, one_probe(), rtt);
    CHECK(outcome.states() == std::string(65'535, 'c'));
    CHECK(outcome.end - scan_start <= longest);
    CHECK(outcome.syns.at(100).second - scan_start >= 49ms);  // 2,000 a second at first
  }
}

TEST_CASE("a target that stalls for 300 ms costs a scan a second and no open port") {
  const Strategy strategy{.probes_per_hop = 1, .anti_flood = false};
  const auto scan_with_stall = [&](Duration stall) {
    return scan_over(
        [&](ScannedSyn syn, TimePoint now) -> std::optional<ReplyKind> {
          if (now >= scan_start + 500ms && now < scan_start + 500ms + stall) return std::nullopt;
          return syn.port.value % 4096 == 21 ? std::optional(ReplyKind::syn_ack) : std::nullopt;
        },
        65'535, strategy, 1ms);
  };
  const auto smooth = scan_with_stall(0ms);
  const auto stalled = scan_with_stall(300ms);
  CHECK(stalled.states() == smooth.states());
  CHECK(stalled.end - smooth.end <= 1500ms);
  CHECK(stalled.end - scan_start <= 4500ms);
}

TEST_CASE(
    "a silent range does not stop a scan's rate from growing: a port that answered is asked on") {
  const auto outcome = scan_over(
      [](ScannedSyn syn, TimePoint) {
        return syn.port.value == 5 ? std::optional(ReplyKind::rst) : std::nullopt;
      },
      10'000);
  CHECK(outcome.progress.rate == 10'000);
  for (const auto& [syn, time] : outcome.syns) {
    if (is_control(syn)) CHECK(syn.port == Port{5});
  }
}

TEST_CASE("without any answer a scan goes on at the rate it began with") {
  const auto outcome = scan_over([](ScannedSyn, TimePoint) { return std::nullopt; }, 10'000);
  CHECK(outcome.progress.rate == 2'000);
  CHECK(outcome.syns.size() == 20'000);
}

TEST_CASE("a target that answers 300 SYNs a second is asked at about that rate, and all is found") {
  double tokens = 10;
  TimePoint last = scan_start;
  const auto limited = [&](ScannedSyn, TimePoint now) -> std::optional<ReplyKind> {
    tokens = std::min(10.0, tokens + 300 * std::chrono::duration<double>(now - last).count());
    last = now;
    if (tokens < 1) return std::nullopt;
    --tokens;
    return ReplyKind::rst;
  };
  const auto outcome = scan_over(limited, 3'000);
  CHECK(outcome.states() == std::string(3'000, 'c'));
  CHECK(outcome.progress.rate < 600);
}

TEST_CASE("where a fifth of the answers gets lost, silent ports are asked more often") {
  int count = 0;
  const auto outcome = scan_over(
      [&](ScannedSyn syn, TimePoint) -> std::optional<ReplyKind> {
        if (syn.port.value > 1000) return std::nullopt;
        return ++count % 5 == 0 ? std::nullopt : std::optional(ReplyKind::rst);
      },
      1'200);
  CHECK(outcome.states() == std::string(1'000, 'c') + std::string(200, '-'));
  CHECK(outcome.ports.at(1'200).tries > 3);
}

TEST_CASE("a scan that is cut off altogether comes to its end") {
  const auto outcome = scan_over(
      [](ScannedSyn, TimePoint now) {
        return now < scan_start + 200ms ? std::optional(ReplyKind::rst) : std::nullopt;
      },
      5'000);
  CHECK(outcome.ports.size() == 5'000);
  CHECK(outcome.end - scan_start < 600s);
}

TEST_CASE("of several answers to one SYN of a scan the first counts, and the second is kept") {
  const Job job{.target = Address(1), .ports = PortList(Port{1}, Port{2})};
  const Strategy strategy;
  Scanner scanner(strategy, job, scan_start);
  std::vector<Probe> due;
  scanner.next(scan_start, due);
  REQUIRE(due.size() == 2);
  const auto answer = [&](std::uint16_t port, ReplyKind kind) {
    return scanner.on(answer_of({.port = {port}}, kind, scan_start + path_rtt));
  };
  CHECK(answer(2, ReplyKind::rst));
  CHECK_FALSE(answer(2, ReplyKind::rst));
  CHECK_FALSE(answer(2, ReplyKind::time_exceeded));
  CHECK_FALSE(scanner.under_way()[1].settled);  // a SYN-ACK may follow
  CHECK(answer(2, ReplyKind::syn_ack));
  CHECK_FALSE(answer(2, ReplyKind::unreachable));
  const PortRecord& record = scanner.under_way()[1];
  CHECK(record.settled);
  CHECK(record.answer->kind == ReplyKind::rst);
  CHECK(record.contradiction->kind == ReplyKind::syn_ack);
  const Trace trace = trace_of(record, job, Ttl{128}, 1);
  CHECK(trace.verdict.state == State::closed);
  REQUIRE(trace.diagnosis.findings.size() == 1);
  CHECK(trace.diagnosis.findings.front().kind() == FindingKind::contradiction);
  CHECK_FALSE(answer(3, ReplyKind::rst));  // not a port of it
  CHECK_FALSE(scanner.on(answer_of({.port = {1}, .lane = 1}, ReplyKind::rst,
                                   scan_start + path_rtt)));  // not asked yet
}

TEST_CASE("a SYN-ACK to another try of a scanned port outweighs a RST") {
  const Job job{.target = Address(1), .ports = PortList(Port{1})};
  const Strategy strategy;
  Scanner scanner(strategy, job, scan_start);
  std::vector<Probe> due;
  scanner.next(scan_start, due);
  scanner.settle(scan_start + 2s);
  scanner.next(scan_start + 2s, due);
  REQUIRE(due.size() == 2);
  const auto answer = [&](std::uint8_t lane, ReplyKind kind) {
    const TimePoint time = scan_start + 2s + path_rtt;
    return scanner.on(answer_of({.port = {1}, .lane = lane}, kind, time));
  };
  CHECK(answer(0, ReplyKind::rst));
  CHECK(answer(1, ReplyKind::syn_ack));
  CHECK_FALSE(answer(0, ReplyKind::unreachable));
  CHECK(scanner.under_way().front().answer->kind == ReplyKind::syn_ack);
  CHECK_FALSE(scanner.under_way().front().contradiction);
}

TEST_CASE("the round trip of a scanned port counts from the SYN that was answered, as captured") {
  const Job job{.target = Address(1), .ports = PortList(Port{1})};
  const Strategy strategy;
  Scanner scanner(strategy, job, scan_start);
  std::vector<Probe> due;
  scanner.next(scan_start, due);
  scanner.sent({.id = {.trace = 1}, .time = scan_start + 3ms});
  scanner.settle(scan_start + 2s);
  scanner.next(scan_start + 2s, due);
  REQUIRE(due.size() == 2);
  scanner.on(answer_of({.port = {1}}, ReplyKind::rst, scan_start + 2s + 10ms));
  const Trace trace = trace_of(scanner.under_way().front(), job, Ttl{128}, 1);
  CHECK(trace.verdict.state == State::closed);
  CHECK(trace.verdict.rtt == 2s + 7ms);
  CHECK(trace.verdict.ttl == Ttl{128});
  CHECK(trace.syns_sent == 2);
}
