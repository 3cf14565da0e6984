#include "session/leaving_watch.hpp"

#include "identity/remembered.hpp"
#include "trace_builder.hpp"

#include <doctest/doctest.h>

using namespace tracetcp;
using namespace std::chrono_literals;

namespace {

/// A link on which nothing is captured but what a test puts there.
class SilentLink final : public Link {
 public:
  TimePoint now() override { return {}; }
  void send(std::span<const Bytes> packets) override {
    for (const Bytes packet : packets) sent_.emplace_back(packet.begin(), packet.end());
  }
  std::span<const Frame> wait(TimePoint) override { return std::exchange(captured_, {}); }
  LinkStats stats() override { return {}; }

  /// What was sent is captured, as it was made.
  void let_out() {
    for (const auto& packet : sent_) {
      frames_.push_back({.bytes = packet,
                         .original_length = static_cast<std::uint32_t>(packet.size()),
                         .time = {}});
    }
    captured_ = frames_;
  }

 private:
  std::vector<std::vector<std::uint8_t>> sent_;
  std::vector<Frame> frames_;
  std::span<const Frame> captured_;
};

struct Shown final : Observer {
  void begun(const Trace&) override { ++begins; }
  void settled(const Trace&, const Hop&) override { ++hops; }
  void finished(const Trace&) override { ++ends; }

  int begins = 0;
  int hops = 0;
  int ends = 0;
};

/// A trace that has sent one SYN.
struct Watched {
  explicit Watched(WhyUnsent why = nullptr)
      : prober(link,
               std::make_unique<RememberedIdentity>(1, Address(0x0a000001),
                                                    PortBlock{.first = Port{40001}}, TagMode::id),
               std::move(why)),
        watch(shown, prober, nullptr) {
    const Probe probe{.target = trace.target, .ttl = Ttl{1}};
    watch.begun(trace);
    prober.send({&probe, 1});
    watch.tick(at(0ms));
  }
  static TimePoint at(Duration time) { return TimePoint(1h + time); }

  Trace trace = test::trace_to("10.77.10.2", 80);
  SilentLink link;
  PacketProber prober;
  Shown shown;
  LeavingWatch watch;
};

}  // namespace

TEST_CASE("a trace is shown as soon as a SYN of it was seen leaving") {
  Watched run;
  CHECK(run.watch.tick(run.at(1ms)) == run.at(1s));
  CHECK(run.shown.begins == 0);
  run.link.let_out();
  run.prober.wait({});
  CHECK(run.watch.tick(run.at(2ms)) == never);
  CHECK(run.shown.begins == 1);
  run.watch.tick(run.at(5s));
  run.watch.finished(run.trace);
  CHECK(run.shown.ends == 1);
}

TEST_CASE("hops that settle before that are kept until then") {
  Watched run;
  run.watch.settled(run.trace, Hop{.ttl = Ttl{1}, .probes = {}});
  CHECK(run.shown.hops == 0);
  run.link.let_out();
  run.prober.wait({});
  run.watch.finished(run.trace);
  CHECK(run.shown.begins == 1);
  CHECK(run.shown.hops == 1);
  CHECK(run.shown.ends == 1);
}

TEST_CASE("it is given up after a second, or when the trace has ended, with nothing shown") {
  Watched slow;
  CHECK_NOTHROW(slow.watch.tick(slow.at(999ms)));
  CHECK_THROWS_AS(slow.watch.tick(slow.at(1s)), NotSeenLeaving);
  CHECK(slow.shown.begins == 0);
  Watched quick;
  CHECK_THROWS_AS(quick.watch.finished(quick.trace), NotSeenLeaving);
  CHECK(quick.shown.begins + quick.shown.ends == 0);
}

TEST_CASE("it is not given up where this machine says why, where something came, nor by Ctrl-C") {
  Watched unanswered([] { return std::optional(Refusal{}); });
  CHECK_NOTHROW(unanswered.watch.tick(unanswered.at(1s)));
  CHECK(unanswered.shown.begins == 1);
  Watched heard;
  heard.watch.heard(Address(0x0a000002));
  CHECK_NOTHROW(heard.watch.tick(heard.at(1s)));
  CHECK(heard.shown.begins == 1);
  Watched interrupted;
  interrupted.trace.interrupted = true;
  CHECK_NOTHROW(interrupted.watch.finished(interrupted.trace));
  CHECK(interrupted.shown.ends == 1);
}
