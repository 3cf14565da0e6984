#include "drive/driver.hpp"
#include "tracer/tracer.hpp"

#include <tracetcp/engine.hpp>

#include <deque>

namespace tracetcp {
namespace {

/// A trace that a driver runs.
class TraceTask final : public Task {
 public:
  TraceTask(std::uint32_t id, Endpoint target, const Strategy& strategy, Pacer& pacer,
            TimePoint now)
      : tracer_(id, target, strategy, pacer, now) {}

  void next(TimePoint now, std::vector<Probe>& due) override {
    while (auto probe = tracer_.next(now)) due.push_back(*probe);
  }
  std::optional<Reason> on(const Reply& reply) override {
    return tracer_.on(reply) ? std::nullopt : std::optional(Reason::late);
  }
  void refused(const ProbeId& id) override { tracer_.refused(id.index); }
  void settle(TimePoint now) override { tracer_.settle(now); }
  [[nodiscard]] TimePoint wake() const override { return tracer_.wake(); }
  [[nodiscard]] bool done() const override { return tracer_.done(); }
  void cut_short(TimePoint now, EndedBy by) override { tracer_.cut_short(now, by); }

  void begin(Observer& observer) override { observer.begun(tracer_.trace()); }
  void progressed(Observer& observer) override { observer.progressed(tracer_.trace()); }
  void report(Observer& observer, TimePoint /*now*/) override {
    const Trace& trace = tracer_.trace();
    for (; reported_ < tracer_.settled(); ++reported_) {
      observer.settled(trace, trace.hops[reported_]);
    }
  }
  void finish(Observer& observer, Prober& prober) override {
    tracer_.complete([&](Trace& ended) { prober.complete(ended); });
    observer.finished(tracer_.trace());
    prober.conclude(tracer_.trace().id);
  }

 private:
  Tracer tracer_;
  std::size_t reported_ = 0;  // hops
};

/// Hands out the ports of a job, one trace each.
class PortTraces final : public TaskSource {
 public:
  PortTraces(const Strategy& strategy, const Job& job)
      : strategy_(strategy), job_(job), pacer_(strategy) {}

  Task* next(std::uint32_t first_id, TimePoint now) override {
    if (exhausted()) return nullptr;
    const Endpoint target{job_.target, job_.ports.at(next_++)};
    return &traces_.emplace_back(first_id, target, strategy_, pacer_, now);
  }
  [[nodiscard]] bool exhausted() const override { return next_ == job_.ports.size(); }
  void ended(Task& /*first*/) override { traces_.pop_front(); }

 private:
  const Strategy& strategy_;
  const Job job_;
  Pacer pacer_;  // of all traces together
  std::deque<TraceTask> traces_;
  std::size_t next_ = 0;  // which port
};

}  // namespace

void run(Prober& prober, const Strategy& strategy, const Job& job, Observer& observer,
         const std::function<bool()>& interrupted, Tally& late, Meanwhile* meanwhile) {
  PortTraces traces(strategy, job);
  Sink sink{.observer = observer, .late = late};
  if (meanwhile != nullptr) sink.heard = [&](Address from) { meanwhile->heard(from); };
  Driver driver(prober, traces, sink);
  drive(driver, prober, interrupted, meanwhile);
}

}  // namespace tracetcp
