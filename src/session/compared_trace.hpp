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

/// One trace as a task that a driver runs beside very many others, with the traces that follow from
/// it: one after the other, each as soon as the one before has ended.
///
/// 1. Where it is to be asked again: another of its port, if it was silent though the hops beyond
///    the last that answered were asked only once. That takes its place.
/// 2. Those of other ports that it is compared with by itself.
class ComparedTrace final : public Task {
 public:
  struct EndedControl {
    Trace trace;
    bool is_whole = false;  ///< see Control
  };
  struct Ended {
    Trace trace;
    int silent_before = 0;               ///< how many traces of its port were silent before it
    std::vector<EndedControl> controls;  ///< in the order in which they ended
  };
  struct Parts {
    Endpoint target;
    const Strategy& strategy;
    Pacer& pacer;
    Prober& prober;
    bool asks_silent_again = false;
    bool compares = false;
    /// Gets the trace once all is known.
    std::function<void(Ended& ended)> take;
  };

  ComparedTrace(std::uint32_t first_id, Parts parts, TimePoint now);
  /// Compares one that has ended.
  ComparedTrace(std::uint32_t first_id, Parts parts, Trace ended, TimePoint now);

  [[nodiscard]] std::uint32_t ids() const override {
    return 1 + (parts_.asks_silent_again ? 1 : 0) + (parts_.compares ? ControlPlan::most : 0);
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
  void finish(Observer& /*observer*/, Prober& /*prober*/) override { parts_.take(ended_); }

 private:
  void begin_next(TimePoint now);
  void begin(Port port, const Strategy& strategy, TimePoint now);
  [[nodiscard]] bool is_to_be_asked_again() const;
  void take_again(Trace again);
  [[nodiscard]] bool is_of_current(std::uint32_t trace) const { return trace == id_; }
  Trace take_current();

  Parts parts_;
  std::uint32_t id_;  ///< of the trace that is under way
  std::optional<Tracer> tracer_;
  Ended ended_;         ///< the trace, once it has ended, and what followed so far
  bool again_ = false;  ///< it is under way once more
  std::optional<ControlPlan> plan_;
  std::optional<Control> control_;  ///< that is under way; empty: the trace itself is
  bool done_ = false;
};

}  // namespace tracetcp
