#pragma once

#include "drive/task.hpp"
#include "tracer/tracer.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace tracetcp {

/// A trace that a driver runs.
class TraceTask : public Task {
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

 protected:
  [[nodiscard]] Tracer& tracer() { return tracer_; }

 private:
  Tracer tracer_;
  std::size_t reported_ = 0;  // hops
};

}  // namespace tracetcp
