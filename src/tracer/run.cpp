#include "drive/timers.hpp"
#include "tracer/tracer.hpp"
#include "tracer/wait_for.hpp"

#include <tracetcp/engine.hpp>
#include <tracetcp/error.hpp>

#include <algorithm>
#include <deque>
#include <memory>
#include <vector>

namespace tracetcp {
namespace {

/// All traces of a run, in a window that moves on as the first of them ends.
///
/// 1. A trace is looked at when the time that it asked for has come, or a reply to it.
/// 2. Those that are looked at together are so in the order of their ports.
/// 3. The observer hears of one trace at a time, in the order of the ports.
/// 4. A trace begins when another has ended, whichever of the window that is.
class Run {
 public:
  Run(Prober& prober, const Strategy& strategy, const Job& job, Observer& observer, Tally& late)
      : prober_(prober),
        strategy_(strategy),
        job_(job),
        observer_(observer),
        late_(late),
        pacer_(strategy) {}

  [[nodiscard]] bool done() const { return started_ == job_.ports.size() && window_.empty(); }

  void step() {
    TimePoint now = prober_.now();
    observer_.tick(now);
    fill(now);
    send(now);
    settle(now);
    if (done()) return;  // time has passed: there may be nothing left to wait for
    const TimePoint until = std::min(timers_.next(), observer_.tick(now));
    for (const Reply& reply : prober_.wait(until)) take(reply);
    now = prober_.now();
    settle(now);
    observer_.tick(now);
  }

  /// Ends what is under way as it stands. Where nothing has begun, the first trace is reported as
  /// one of which nothing is known.
  void cut_short(Tracer::EndedBy by) {
    const TimePoint now = prober_.now();
    if (started_ == 0) begin_next(now);
    for (const auto& entry : window_) entry->tracer.cut_short(now, by);
    hand_over();
  }

 private:
  /// How many ports are traced side by side, and how many may have begun and not been handed over:
  /// a trace that ended waits for those before it.
  static constexpr std::size_t most_under_way = 64;
  static constexpr std::size_t most_kept = 1024;

  struct Entry {
    Entry(std::uint32_t id, Endpoint target, const Strategy& strategy, Pacer& pacer, TimePoint now)
        : tracer(id, target, strategy, pacer, now) {}

    Tracer tracer;
    std::size_t shown = 0;  // hops handed to the observer
  };

  void fill(TimePoint now) {
    while (under_way_ < most_under_way && window_.size() < most_kept &&
           started_ < job_.ports.size()) {
      begin_next(now);
    }
  }

  void begin_next(TimePoint now) {
    const Endpoint target{job_.target, job_.ports.at(started_)};
    window_.push_back(std::make_unique<Entry>(started_, target, strategy_, pacer_, now));
    timers_.set(started_, {});
    ++started_;
    ++under_way_;
    if (window_.size() == 1) observer_.begun(window_.front()->tracer.trace());
  }

  /// Of a trace in the window.
  [[nodiscard]] Entry& entry_of(std::uint32_t id) { return *window_[id - first_id()]; }
  [[nodiscard]] bool has(std::uint32_t id) const {
    return id >= first_id() && id - first_id() < window_.size();
  }
  /// Traces are numbered in the order in which they begin.
  [[nodiscard]] std::uint32_t first_id() const {
    return started_ - static_cast<std::uint32_t>(window_.size());
  }

  void send(TimePoint now) {
    probes_.clear();
    timers_.find_due(now, due_);
    for (const std::uint32_t id : due_) {
      while (auto probe = entry_of(id).tracer.next(now)) probes_.push_back(*probe);
    }
    if (probes_.empty()) return;
    prober_.send(probes_);
    tell_progress(probes_.front().id.trace);  // those of the first trace come first
  }

  void settle(TimePoint now) {
    timers_.find_due(now, due_);
    for (const std::uint32_t id : due_) {
      Tracer& tracer = entry_of(id).tracer;
      tracer.settle(now);
      if (tracer.done()) --under_way_;
      timers_.set(id, tracer.wake());
    }
    hand_over();
  }

  void take(const Reply& reply) {
    if (reply.kind != ReplyKind::stray) observer_.heard(reply.from);  // it may be forged
    if (!has(reply.trace) || !entry_of(reply.trace).tracer.on(reply)) {
      late_.add(Reason::late);
      return;
    }
    if (!reply.answers_nothing()) timers_.set(reply.trace, {});
    tell_progress(reply.trace);
  }

  /// Of the first trace in the window, which was begun last.
  void tell_progress(std::uint32_t trace) {
    const Trace& first = window_.front()->tracer.trace();
    if (first.id == trace) observer_.progressed(first);
  }

  /// Shows what is settled of the first trace in the window, and of those behind it as they
  /// become the first.
  void hand_over() {
    while (!window_.empty()) {
      Entry& entry = *window_.front();
      const Trace& trace = entry.tracer.trace();
      for (; entry.shown < entry.tracer.settled(); ++entry.shown) {
        observer_.settled(trace, trace.hops[entry.shown]);
      }
      if (!entry.tracer.done()) return;
      entry.tracer.complete([&](Trace& ended) { prober_.complete(ended); });
      observer_.finished(trace);
      prober_.conclude(trace.id);
      window_.pop_front();
      if (!window_.empty()) observer_.begun(window_.front()->tracer.trace());
    }
  }

  Prober& prober_;
  const Strategy& strategy_;
  const Job job_;
  Observer& observer_;
  Tally& late_;
  Pacer pacer_;
  std::deque<std::unique_ptr<Entry>> window_;
  Timers timers_;
  std::uint32_t started_ = 0;
  std::size_t under_way_ = 0;       // of the window those that have not ended
  std::vector<std::uint32_t> due_;  // kept for its memory, as is
  std::vector<Probe> probes_;
};

}  // namespace

void run(Prober& prober, const Strategy& strategy, const Job& job, Observer& observer,
         const std::function<bool()>& interrupted, Tally& late) {
  Run traces(prober, strategy, job, observer, late);
  try {
    while (!traces.done() && !interrupted()) traces.step();
  } catch (const Error&) {
    traces.cut_short(Tracer::EndedBy::error);
    throw;
  }
  if (!traces.done()) traces.cut_short(Tracer::EndedBy::user);
  wait_for(observer, prober, interrupted);
}

void wait_for(Observer& observer, Prober& prober, const std::function<bool()>& interrupted) {
  while (!interrupted()) {
    const TimePoint until = observer.tick(prober.now());  // may be the last thing it had to do
    if (observer.idle()) return;
    prober.wait(until);
  }
}

}  // namespace tracetcp
