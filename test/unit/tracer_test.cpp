#include "../idle_observer.hpp"
#include "drive/wait_for.hpp"

#include <tracetcp/engine.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

using namespace tracetcp;
using namespace std::chrono_literals;

namespace tracer_test {
namespace {

const Address target(0x0a0000fe);
const TimePoint start(1000s);

/// A path in virtual time that answers each probe as `answer` says: empty means silence.
class FakePath final : public Prober {
 public:
  struct Answer {
    ReplyKind kind = ReplyKind::time_exceeded;
    Duration rtt{};
    bool attributed = true;
    std::optional<Duration> syn_ack_after{};  ///< so much later, to the same SYN
    std::optional<Ttl> ttl{};                 ///< of the answer as received
    bool expires{};                           ///< a hop says so 5 ms later
  };
  using Answers = std::function<std::optional<Answer>(const Probe&)>;

  explicit FakePath(Answers answers) : answers_(std::move(answers)) {}

  TimePoint now() override { return now_; }

  void send(std::span<const Probe> probes) override {
    for (const Probe& probe : probes) {
      sent.push_back({now_, probe});
      if (refuses && refuses(probe)) {
        refused_.push_back(probe.id);
        continue;
      }
      const auto answer = answers_(probe);
      if (!answer) continue;
      Reply reply;
      reply.trace = probe.id.trace;
      reply.kind = answer->kind;
      const bool hop = answer->kind == ReplyKind::time_exceeded;
      reply.from = hop ? Address(0x0a000000U + probe.ttl.value) : target;
      if (answer->kind == ReplyKind::unreachable) {
        reply.icmp.type = 3;
        reply.icmp.code = icmp_code;
      }
      reply.time = now_ + answer->rtt;
      reply.ttl = answer->ttl;
      if (answer->attributed) {
        reply.probe = probe.id.index;
        reply.rtt = answer->rtt;
      } else {
        reply.candidates = {probe.id.index};
      }
      coming_.emplace(reply.time, reply);
      if (answer->expires) {
        Reply expired = reply;
        expired.kind = ReplyKind::time_exceeded;
        expired.from = Address(0x0a000000U + probe.ttl.value);
        expired.time += 5ms;
        *expired.rtt += 5ms;
        coming_.emplace(expired.time, expired);
      }
      if (!answer->syn_ack_after) continue;
      reply.kind = ReplyKind::syn_ack;
      reply.probe = probe.id.index;
      reply.candidates.clear();
      reply.rtt = answer->rtt + *answer->syn_ack_after;
      reply.time = now_ + *reply.rtt;
      coming_.emplace(reply.time, reply);
    }
  }

  std::span<const Reply> wait(TimePoint until) override {
    replies_.clear();
    REQUIRE((!coming_.empty() || until != never));  // else it would wait for ever
    now_ = std::max(now_, coming_.empty() ? until : std::min(until, coming_.begin()->first));
    while (!coming_.empty() && coming_.begin()->first <= now_) {
      replies_.push_back(coming_.begin()->second);
      coming_.erase(coming_.begin());
    }
    return replies_;
  }

  std::vector<ProbeId> take_refused() override { return std::exchange(refused_, {}); }
  void conclude(std::uint32_t) override {}
  [[nodiscard]] const Tally& ignored() const override { return tally_; }
  LinkStats stats() override { return {}; }

  struct Sent {
    TimePoint time;
    Probe probe;
  };
  std::vector<Sent> sent;
  std::function<bool(const Probe&)> refuses;  ///< what this machine does not send
  std::uint8_t icmp_code = 13;                ///< of what is unreachable

  [[nodiscard]] auto sent_to(int ttl) const {
    return std::count_if(sent.begin(), sent.end(),
                         [&](const Sent& s) { return s.probe.ttl.value == ttl; });
  }

 private:
  Answers answers_;
  TimePoint now_ = start;
  std::multimap<TimePoint, Reply> coming_;
  std::vector<Reply> replies_;
  std::vector<ProbeId> refused_;
  Tally tally_;
};

/// Keeps what a run hands over.
struct Listener final : IdleObserver {
  void settled(const Trace&, const Hop& hop) override { order.push_back(hop.ttl.value); }
  void finished(const Trace& trace) override { traces.push_back(trace); }

  std::vector<int> order;
  std::vector<Trace> traces;
};

struct Outcome {
  std::vector<Trace> traces;
  std::vector<int> order;
  Tally late;

  [[nodiscard]] const Trace& trace() const { return traces.at(0); }
  [[nodiscard]] Duration took() const { return traces.at(0).ended - start; }
};

Outcome follow(FakePath& path, const Strategy& strategy = {}, Port first = Port{80},
               Port last = Port{80}) {
  Listener listener;
  Outcome outcome;
  run(
      path, strategy, {.target = target, .ports = PortList(first, last)}, listener,
      [] { return false; }, outcome.late);
  outcome.traces = listener.traces;
  outcome.order = listener.order;
  return outcome;
}

/// `hops` routers and then the target, 10 ms a hop.
FakePath::Answers chain(int hops, ReplyKind at_target) {
  return [=](const Probe& probe) -> std::optional<FakePath::Answer> {
    if (probe.ttl.value <= hops) return FakePath::Answer{.rtt = 10ms * probe.ttl.value};
    return FakePath::Answer{.kind = at_target, .rtt = 10ms * (hops + 1)};
  };
}

Strategy fast() {
  Strategy strategy;
  strategy.anti_flood = false;
  return strategy;
}

}  // namespace

TEST_CASE("an open port: all hops three times, in order, and few SYNs that reach the target") {
  FakePath path(chain(15, ReplyKind::syn_ack));
  const auto outcome = follow(path);
  CHECK(outcome.trace().verdict.state == State::open);
  CHECK(outcome.trace().verdict.ttl == Ttl{16});
  CHECK(outcome.trace().verdict.rtt == 160ms);
  std::vector<int> expected;
  for (int ttl = 1; ttl <= 16; ++ttl) expected.push_back(ttl);
  CHECK(outcome.order == expected);
  for (int ttl = 1; ttl <= 15; ++ttl) CHECK(path.sent_to(ttl) == 3);
  const auto beyond = std::count_if(path.sent.begin(), path.sent.end(),
                                    [](const auto& s) { return s.probe.ttl.value > 15; });
  CHECK(beyond <= 9);
}

TEST_CASE("anti-flood: probes of one TTL are half a second apart, hops are asked side by side") {
  FakePath path(chain(10, ReplyKind::syn_ack));
  const auto outcome = follow(path);
  std::map<int, TimePoint> last;
  for (const auto& [time, probe] : path.sent) {
    if (last.contains(probe.ttl.value)) CHECK(time - last[probe.ttl.value] >= 500ms);
    last[probe.ttl.value] = time;
  }
  CHECK(outcome.took() < 1500ms);
}

TEST_CASE("without anti-flood an open port takes little more than one round trip") {
  FakePath path(chain(9, ReplyKind::syn_ack));
  CHECK(follow(path, fast()).took() < 120ms);
}

TEST_CASE("hops that answer at once are followed at once: two SYNs more than the path is long") {
  FakePath path([](const Probe& probe) -> std::optional<FakePath::Answer> {
    if (probe.ttl.value < 10) return FakePath::Answer{.rtt = 50us};
    return FakePath::Answer{.kind = ReplyKind::syn_ack, .rtt = 60us};
  });
  Strategy strategy = fast();
  strategy.probes_per_hop = 1;
  const auto outcome = follow(path, strategy);
  CHECK(outcome.trace().syns_sent <= 12);
  CHECK(outcome.took() < 5ms);
}

TEST_CASE("a blocked port is called silent after a second, not after all timeouts") {
  FakePath path([](const Probe& probe) -> std::optional<FakePath::Answer> {
    if (probe.ttl.value <= 6) return FakePath::Answer{.rtt = 4ms * probe.ttl.value};
    return std::nullopt;
  });
  const auto outcome = follow(path);
  CHECK(outcome.trace().verdict.state == State::silent);
  CHECK(outcome.trace().verdict.ttl == Ttl{6});
  CHECK(outcome.took() >= 1s);
  CHECK(outcome.took() <= 2200ms);
  FakePath again(chain(6, ReplyKind::syn_ack));
  CHECK(outcome.order.size() == 30);
}

TEST_CASE("a hop that answers only after 900 ms is not mistaken for a block") {
  for (const bool anti_flood : {true, false}) {
    FakePath path([](const Probe& probe) -> std::optional<FakePath::Answer> {
      if (probe.ttl.value <= 6) return FakePath::Answer{.rtt = 4ms * probe.ttl.value};
      if (probe.ttl.value <= 8) return FakePath::Answer{.rtt = 900ms};
      return FakePath::Answer{.kind = ReplyKind::syn_ack, .rtt = 950ms};
    });
    Strategy strategy;
    strategy.anti_flood = anti_flood;
    const auto outcome = follow(path, strategy);
    CHECK(outcome.trace().verdict.state == State::open);
    CHECK(outcome.trace().verdict.ttl == Ttl{9});
  }
}

TEST_CASE("patience waits the whole timeout") {
  FakePath path([](const Probe& probe) -> std::optional<FakePath::Answer> {
    if (probe.ttl.value <= 2) return FakePath::Answer{.rtt = 1ms};
    return FakePath::Answer{.kind = ReplyKind::unreachable, .rtt = 3100ms};
  });
  CHECK(follow(path).trace().verdict.state == State::silent);
  Strategy strategy;
  strategy.patient = true;
  const auto outcome = follow(path, strategy);
  CHECK(outcome.trace().verdict.state == State::rejected);
  CHECK(outcome.trace().verdict.ttl == Ttl{3});
}

TEST_CASE("the timeout is the longest wait") {
  FakePath path([](const Probe&) { return std::nullopt; });
  Strategy strategy;
  strategy.timeout = 100ms;
  strategy.first_ttl = Ttl{50};
  strategy.max_hops = 1;
  strategy.probes_per_hop = 1;
  const auto outcome = follow(path, strategy);
  CHECK(outcome.trace().verdict.state == State::silent);
  CHECK_FALSE(outcome.trace().verdict.ttl);
  CHECK(outcome.took() == 100ms);
}

TEST_CASE("a closed port is asked again with a high TTL, and a SYN-ACK to that outweighs the RST") {
  FakePath closed(chain(9, ReplyKind::rst));
  const auto outcome = follow(closed);
  CHECK(outcome.trace().verdict.state == State::closed);
  CHECK(outcome.trace().verdict.ttl == Ttl{10});
  CHECK(closed.sent_to(127) == 1);

  FakePath reset_at_expiry([](const Probe& probe) -> std::optional<FakePath::Answer> {
    if (probe.ttl.value < 10) return FakePath::Answer{.rtt = 1ms};
    const bool expires = probe.ttl.value == 10;
    return FakePath::Answer{.kind = expires ? ReplyKind::rst : ReplyKind::syn_ack, .rtt = 20ms};
  });
  const auto open = follow(reset_at_expiry);
  CHECK(open.trace().verdict.state == State::open);
  CHECK(open.trace().verdict.ttl == Ttl{10});
}

TEST_CASE("a RST before the SYN-ACK to one SYN: an application is refused, and so it is closed") {
  for (const bool attributed : {true, false}) {
    FakePath path([&](const Probe& probe) -> std::optional<FakePath::Answer> {
      if (probe.ttl.value < 10) return FakePath::Answer{.rtt = 2ms * probe.ttl.value};
      return FakePath::Answer{.kind = ReplyKind::rst,
                              .rtt = 20ms,
                              .attributed = attributed || probe.ttl.value == 127,
                              .syn_ack_after = 1ms};
    });
    const auto outcome = follow(path);
    CAPTURE(attributed);
    CHECK(outcome.trace().verdict.state == State::closed);
    CHECK(outcome.trace().verdict.ttl == Ttl{10});
    CHECK(path.sent_to(127) == 1);
    REQUIRE(outcome.trace().checks.size() == 1);
    CHECK(outcome.trace().checks.front().replies.size() == 2);
  }
}

TEST_CASE("RSTs to SYNs that expire at the target, told from the SYN-ACK by a check: open") {
  FakePath path([](const Probe& probe) -> std::optional<FakePath::Answer> {
    if (probe.ttl.value < 10) return FakePath::Answer{.rtt = 2ms * probe.ttl.value};
    if (probe.ttl.value == 127) return FakePath::Answer{.kind = ReplyKind::syn_ack, .rtt = 20ms};
    return FakePath::Answer{
        .kind = ReplyKind::rst, .rtt = 20ms, .attributed = false, .syn_ack_after = 1ms};
  });
  const auto outcome = follow(path);
  CHECK(outcome.trace().verdict.state == State::open);
  CHECK(outcome.trace().verdict.ttl == Ttl{10});
}

TEST_CASE("a SYN-ACK that a time-exceeded for the same SYN refutes is not the end of the path") {
  FakePath path([](const Probe& probe) -> std::optional<FakePath::Answer> {
    const bool expires = probe.ttl.value < 6;
    return FakePath::Answer{
        .kind = ReplyKind::syn_ack, .rtt = 1ms, .ttl = Ttl{50}, .expires = expires};
  });
  const auto outcome = follow(path, fast());
  CHECK(outcome.trace().verdict.state == State::open);
  CHECK(outcome.trace().verdict.ttl == Ttl{6});
  CHECK(outcome.order == std::vector{1, 2, 3, 4, 5, 6});
}

TEST_CASE("RSTs that can't be told apart are asked for again, one by one") {
  FakePath path([](const Probe& probe) -> std::optional<FakePath::Answer> {
    if (probe.ttl.value < 10) return FakePath::Answer{.rtt = 2ms * probe.ttl.value};
    // What was sent before anybody knew can't be told apart; later SYNs have their own ISN.
    return FakePath::Answer{.kind = ReplyKind::rst, .rtt = 20ms, .attributed = probe.attempt > 1};
  });
  const auto outcome = follow(path);
  CHECK(outcome.trace().verdict.state == State::closed);
  CHECK(outcome.trace().verdict.ttl == Ttl{10});
  CHECK(outcome.trace().verdict.rtt == 20ms);
  CHECK(outcome.trace().unattributed > 0);
  CHECK(outcome.took() < 2500ms);
}

TEST_CASE("while nothing answers every wait is the whole timeout") {
  for (const Duration timeout : {Duration(4s), Duration(8s)}) {
    FakePath path([&](const Probe& probe) -> std::optional<FakePath::Answer> {
      const Duration late = timeout - 100ms;
      if (probe.ttl.value < 6) return FakePath::Answer{.rtt = late};
      return FakePath::Answer{.kind = ReplyKind::syn_ack, .rtt = late};
    });
    Strategy strategy;
    strategy.timeout = timeout;
    strategy.probes_per_hop = 1;
    const auto outcome = follow(path, strategy);
    CHECK(outcome.trace().verdict.state == State::open);
    CHECK(outcome.trace().verdict.ttl == Ttl{6});
    FakePath silence([](const Probe&) { return std::nullopt; });
    const auto nothing = follow(silence, strategy);
    CHECK(nothing.trace().verdict.state == State::silent);
    CHECK(nothing.took() >= timeout);
    CHECK(nothing.took() < timeout + 2s);
  }
}

TEST_CASE("where this machine refuses each SYN of a sweep there is no answer to wait for") {
  FakePath refused([](const Probe&) { return std::nullopt; });
  refused.refuses = [](const Probe&) { return true; };
  const auto outcome = follow(refused);
  CHECK(refused.sent.size() == 30);
  CHECK(outcome.took() < 1s);
  CHECK(outcome.trace().verdict.state == State::unknown);
  CHECK(outcome.order.size() == 30);

  // One that it let out may be answered yet.
  FakePath limited([](const Probe&) { return std::nullopt; });
  limited.refuses = [](const Probe& probe) { return probe.ttl.value != 7; };
  CHECK(follow(limited).took() > 4s);
}

TEST_CASE("a port that nothing answers waits no longer than a second where others are answered") {
  FakePath path([](const Probe& probe) -> std::optional<FakePath::Answer> {
    if (probe.target.port.value == 81) return std::nullopt;
    return FakePath::Answer{.kind = ReplyKind::syn_ack, .rtt = 5ms};
  });
  Strategy strategy;
  strategy.first_ttl = Ttl{30};
  strategy.max_hops = 1;
  strategy.probes_per_hop = 1;
  const auto outcome = follow(path, strategy, Port{80}, Port{81});
  CHECK(outcome.traces.at(1).verdict.state == State::silent);
  CHECK(outcome.traces.at(1).ended - start < 1500ms);
}

TEST_CASE("where answers are received for 900 ms only, silent hops are asked again until then") {
  // A radio that needs 2.5 s to wake up: what is sent before is lost.
  const auto answers = [](FakePath*& path) {
    return [&path](const Probe& probe) -> std::optional<FakePath::Answer> {
      if (path->now() < start + 2500ms) return std::nullopt;
      const bool hop = probe.ttl.value < 4;
      return FakePath::Answer{.kind = hop ? ReplyKind::time_exceeded : ReplyKind::syn_ack,
                              .rtt = 20ms};
    };
  };
  for (const bool has_limit : {true, false}) {
    CAPTURE(has_limit);
    FakePath* itself = nullptr;
    FakePath path(answers(itself));
    itself = &path;
    Strategy strategy;
    strategy.probes_per_hop = 1;
    if (has_limit) strategy.probe_lifetime = 900ms;
    const auto outcome = follow(path, strategy);
    CHECK(outcome.trace().verdict.state == (has_limit ? State::open : State::silent));
    if (!has_limit) continue;
    CHECK(outcome.trace().verdict.ttl == Ttl{4});
    for (int ttl = 1; ttl <= 4; ++ttl) CHECK(path.sent_to(ttl) <= 5);
    for (const Hop& hop : outcome.trace().path()) {
      const auto shown = std::count_if(hop.probes.begin(), hop.probes.end(),
                                       [](const ProbeRecord& probe) { return !probe.voided; });
      CHECK(shown == 1);
    }
  }
}

TEST_CASE("a router that rejects what expires at it does not end the path") {
  for (const int silent : {0, 5}) {
    FakePath path([&](const Probe& probe) -> std::optional<FakePath::Answer> {
      if (probe.ttl.value == silent) return std::nullopt;
      if (probe.ttl.value == 4) return FakePath::Answer{ReplyKind::unreachable, 8ms};
      if (probe.ttl.value < 7) return FakePath::Answer{.rtt = 2ms * probe.ttl.value};
      return FakePath::Answer{ReplyKind::syn_ack, 14ms};
    });
    const auto outcome = follow(path);
    CHECK(outcome.trace().verdict.state == State::open);
    CHECK(outcome.trace().verdict.ttl == Ttl{7});
    CHECK(outcome.order == std::vector<int>{1, 2, 3, 4, 5, 6, 7});
  }
}

TEST_CASE("a rejection behind which all is silent stands in the end, and the limit is kept") {
  for (const int hops : {4, 30}) {
    FakePath path([](const Probe& probe) -> std::optional<FakePath::Answer> {
      if (probe.ttl.value < 4) return FakePath::Answer{.rtt = 2ms};
      if (probe.ttl.value > 4) return std::nullopt;
      return FakePath::Answer{ReplyKind::unreachable, 8ms};
    });
    Strategy strategy;
    strategy.max_hops = hops;
    const auto outcome = follow(path, strategy);
    CHECK(outcome.trace().verdict.state == State::rejected);
    CHECK(outcome.trace().verdict.ttl == Ttl{4});
    CHECK(outcome.order == std::vector<int>{1, 2, 3, 4});
    for (const auto& [time, probe] : path.sent) CHECK(probe.ttl.value <= hops);
    if (hops == 4) CHECK(outcome.took() < 1500ms);
  }
}

TEST_CASE("a host that was unreachable for a moment is asked again, and found") {
  // As a router does whose next hop does not answer ARP: for 3 s what it should forward waits.
  FakePath* itself = nullptr;
  FakePath path([&](const Probe& probe) -> std::optional<FakePath::Answer> {
    if (probe.ttl.value < 4) return FakePath::Answer{.rtt = 2ms};
    if (itself->now() < start + 3s) return FakePath::Answer{ReplyKind::unreachable, 3s};
    const bool hop = probe.ttl.value < 6;
    return FakePath::Answer{hop ? ReplyKind::time_exceeded : ReplyKind::syn_ack, 5ms};
  });
  itself = &path;
  path.icmp_code = 1;
  Strategy strategy;
  strategy.patient = true;
  const auto outcome = follow(path, strategy);
  CHECK(outcome.trace().verdict.state == State::open);
  CHECK(outcome.trace().verdict.ttl == Ttl{6});
}

TEST_CASE("a rejection ends the path where it came from") {
  FakePath path(chain(6, ReplyKind::unreachable));
  const auto outcome = follow(path);
  CHECK(outcome.trace().verdict.state == State::rejected);
  CHECK(outcome.trace().verdict.ttl == Ttl{7});
  CHECK(outcome.trace().path().size() == 7);
}

TEST_CASE("the hop limit is kept, and told from silence") {
  FakePath path(chain(9, ReplyKind::syn_ack));
  Strategy strategy;
  strategy.first_ttl = Ttl{3};
  strategy.max_hops = 4;
  const auto outcome = follow(path, strategy);
  CHECK(outcome.trace().verdict.state == State::incomplete);
  CHECK(outcome.trace().verdict.ttl == Ttl{6});
  for (const auto& [time, probe] : path.sent) {
    CHECK(probe.ttl.value >= 3);
    CHECK(probe.ttl.value <= 6);
  }
}

TEST_CASE("TTL 255 is the last there is") {
  FakePath path([](const Probe&) { return FakePath::Answer{.rtt = 1ms}; });
  Strategy strategy = fast();
  strategy.first_ttl = Ttl{250};
  strategy.max_hops = 30;
  const auto outcome = follow(path, strategy);
  CHECK(outcome.trace().hops.size() == 6);
}

TEST_CASE("a silent hop before the target keeps its line and does not delay the rest for long") {
  FakePath path([](const Probe& probe) -> std::optional<FakePath::Answer> {
    if (probe.ttl.value == 5) return std::nullopt;
    if (probe.ttl.value < 9) return FakePath::Answer{.rtt = 10ms};
    return FakePath::Answer{.kind = ReplyKind::syn_ack, .rtt = 15ms};
  });
  const auto outcome = follow(path);
  CHECK(outcome.trace().verdict.ttl == Ttl{9});
  CHECK(outcome.trace().hops.at(4).probes.size() == 3);
  CHECK(outcome.took() < 1300ms);
}

TEST_CASE("a target whose first SYN was lost is found where it is, not a hop behind") {
  FakePath path([](const Probe& probe) -> std::optional<FakePath::Answer> {
    if (probe.ttl.value < 5) return FakePath::Answer{.rtt = 10ms};
    if (probe.ttl.value == 5 && probe.attempt == 1) return std::nullopt;
    return FakePath::Answer{.kind = ReplyKind::syn_ack, .rtt = 12ms};
  });
  CHECK(follow(path).trace().verdict.ttl == Ttl{5});
}

TEST_CASE("several ports: traces come in the order of ports, each with its own verdict") {
  FakePath path([](const Probe& probe) -> std::optional<FakePath::Answer> {
    const int port = probe.target.port.value;
    if (port % 7 == 0) return std::nullopt;
    return FakePath::Answer{.kind = port % 2 == 0 ? ReplyKind::syn_ack : ReplyKind::rst,
                            .rtt = 1ms * (port % 5 + 1)};
  });
  Strategy strategy;
  strategy.first_ttl = Ttl{128};
  strategy.max_hops = 1;
  strategy.probes_per_hop = 1;
  const auto outcome = follow(path, strategy, Port{1}, Port{200});
  REQUIRE(outcome.traces.size() == 200);
  for (int port = 1; port <= 200; ++port) {
    const Trace& trace = outcome.traces[static_cast<std::size_t>(port - 1)];
    CHECK(trace.target.port.value == port);
    const State expected = port % 7 == 0   ? State::silent
                           : port % 2 == 0 ? State::open
                                           : State::closed;
    CHECK(trace.verdict.state == expected);
  }
}

TEST_CASE("the rate limit holds over all ports") {
  FakePath path(chain(3, ReplyKind::syn_ack));
  Strategy strategy = fast();
  strategy.rate = 100;
  follow(path, strategy, Port{1}, Port{5});
  for (std::size_t i = 1; i < path.sent.size(); ++i) {
    CHECK(path.sent[i].time - path.sent[i - 1].time >= 10ms);
  }
}

TEST_CASE("an interrupt ends the run with what is known") {
  FakePath path(chain(20, ReplyKind::syn_ack));
  Listener listener;
  Tally late;
  run(
      path, {}, {.target = target, .ports = PortList(Port{80}, Port{90})}, listener,
      [&] { return path.now() > start + 100ms; }, late);
  REQUIRE_FALSE(listener.traces.empty());
  const Trace& trace = listener.traces.front();
  CHECK(trace.interrupted);
  CHECK(trace.verdict.state == State::incomplete);
  CHECK(listener.order.size() >= 3);
}

TEST_CASE("a SYN-ACK far slower than the hops before is measured again: its first may be lost") {
  FakePath path([](const Probe& probe) -> std::optional<FakePath::Answer> {
    if (probe.ttl.value < 5) return FakePath::Answer{.rtt = 10ms};
    const bool first_try = probe.id.index < 10;
    return FakePath::Answer{.kind = ReplyKind::syn_ack, .rtt = first_try ? 900ms : 12ms};
  });
  const auto outcome = follow(path);
  CHECK(outcome.trace().verdict.state == State::open);
  CHECK(outcome.trace().verdict.ttl == Ttl{5});
  CHECK(outcome.trace().verdict.rtt == 12ms);
}

TEST_CASE("a target slower than a second is still found while others of the tail are waited for") {
  FakePath path([](const Probe& probe) -> std::optional<FakePath::Answer> {
    if (probe.ttl.value < 5) return FakePath::Answer{.rtt = 4ms};
    return FakePath::Answer{.kind = ReplyKind::syn_ack, .rtt = 1050ms};
  });
  Strategy strategy;
  strategy.probes_per_hop = 1;
  const auto outcome = follow(path, strategy);
  CHECK(outcome.trace().verdict.state == State::open);
  CHECK(outcome.trace().verdict.ttl == Ttl{5});
}

TEST_CASE("what goes on beside a run is waited for to its end, without another wait") {
  /// Has one thing left to do when the traces are done: half a second later.
  struct Late final : IdleObserver, Meanwhile {
    void finished(const Trace& trace) override { due = trace.ended + 500ms; }
    TimePoint tick(TimePoint now) override {
      if (due && now >= *due) due.reset();
      return due.value_or(never);
    }
    [[nodiscard]] bool idle() const override { return !due; }
    std::optional<TimePoint> due;
  };
  FakePath path(chain(2, ReplyKind::syn_ack));  // fails where it is to wait for ever
  Late late;
  Tally tally;
  run(
      path, fast(), {.target = target, .ports = PortList(Port{80})}, late, [] { return false; },
      tally, &late);
  CHECK_FALSE(late.idle());
  wait_for(late, path, [] { return false; });
  CHECK(late.idle());
}

}  // namespace tracer_test
