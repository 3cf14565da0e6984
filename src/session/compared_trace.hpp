#pragma once

#include "drive/task.hpp"
#include "session/own_control.hpp"
#include "tracer/tracer.hpp"

#include <tracetcp/strategy.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace tracetcp {

/// One trace as a task that a driver runs beside very many others, with the traces of other ports
/// that it is compared with by itself: one after the other, each as soon as the one before has
/// ended.
class ComparedTrace final : public Task {
 public:
  struct Parts {
    Endpoint target;
    const Strategy& strategy;
    Pacer& pacer;
    Prober& prober;
    bool compares = false;
    /// Gets the trace once all is known, and its controls in the order in which they ended.
    std::function<void(Trace& trace, std::vector<Trace>& controls)> take;
  };

  ComparedTrace(std::uint32_t first_id, Parts parts, TimePoint now);

  [[nodiscard]] std::uint32_t ids() const override {
    return parts_.compares ? 1 + ControlPlan::most : 1;
  }
  void next(TimePoint now, std::vector<Probe>& due) override;
  std::optional<Reason> on(const Reply& reply) override;
  void refused(const ProbeId& id) override;
  void settle(TimePoint now) override;
  [[nodiscard]] TimePoint wake() const override { return done_ ? never : tracer_->wake(); }
  [[nodiscard]] bool done() const override { return done_; }
  void cut_short(TimePoint now, EndedBy by) override;
  void begin(Observer& /*observer*/) override {}
  void report(Observer& /*observer*/, TimePoint /*now*/) override {}
  void finish(Observer& /*observer*/, Prober& /*prober*/) override {
    parts_.take(trace_, controls_);
  }

 private:
  void begin_next(TimePoint now);
  [[nodiscard]] bool is_of_current(std::uint32_t trace) const { return trace == id_; }
  Trace take_current();

  Parts parts_;
  std::uint32_t id_;  ///< of the trace that is under way
  std::optional<Tracer> tracer_;
  Trace trace_;  ///< once it has ended
  std::optional<ControlPlan> plan_;
  std::optional<Control> control_;  ///< that is under way; empty: the trace itself is
  std::vector<Trace> controls_;
  bool done_ = false;
};

}  // namespace tracetcp
