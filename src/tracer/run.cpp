#include "drive/driver.hpp"
#include "tracer/trace_task.hpp"

#include <tracetcp/engine.hpp>

#include <deque>

namespace tracetcp {
namespace {

/// Hands out the ports of a job, one trace each.
class PortTraces final : public TaskSource {
 public:
  PortTraces(const Strategy& strategy, const Job& job)
      : strategy_(strategy), job_(job), pacer_(strategy) {}

  Task* next(std::uint32_t first_id, TimePoint now) override {
    if (wake() > now) return nullptr;
    pacer_.began(now);
    const Endpoint target{job_.target, job_.ports.at(next_++)};
    return &traces_.emplace_back(first_id, target, strategy_, pacer_, now);
  }
  [[nodiscard]] TimePoint wake() const override {
    if (exhausted()) return never;
    return pacer_.may_begin(strategy_.first_ttl);
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
  Driver driver(prober, traces, sink,
                {.under_way = most_side_by_side, .kept = 2 * most_side_by_side});
  drive(driver, prober, interrupted, meanwhile);
}

}  // namespace tracetcp
