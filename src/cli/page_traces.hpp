#pragma once

#include "report/port_fates.hpp"

#include <tracetcp/engine.hpp>
#include <tracetcp/page.hpp>

#include <cstdint>
#include <vector>

namespace tracetcp {

/// Keeps the traces of a run for the page at its end, in bounded memory. Does nothing where no page
/// is wanted.
class PageTraces {
 public:
  explicit PageTraces(bool is_wanted) : is_wanted_(is_wanted) {}

  void take(const Trace& trace, Endpoint source);
  void take_control(const Trace& trace, Endpoint source);

  /// The traces had no diagnosis when they were taken: makes it, each in the light of the others.
  void diagnose_all();

  /// Moves all into the page. `one_target`: ports are worth grouping.
  void hand_on(Page& page, bool one_target);

 private:
  void keep(PageTrace one);

  bool is_wanted_;
  std::vector<PageTrace> traces_;
  std::uint64_t more_ = 0;
  PortFates fates_;
};

/// Hands on what a scan finds out, and keeps it for the page.
class PageObserver final : public Observer {
 public:
  PageObserver(Observer& to, PageTraces& traces, Endpoint source)
      : to_(to), traces_(traces), source_(source) {}

  void begun(const Trace& trace) override { to_.begun(trace); }
  void settled(const Trace& trace, const Hop& hop) override { to_.settled(trace, hop); }
  void finished(const Trace& trace) override {
    traces_.take(trace, source_);
    to_.finished(trace);
  }
  void heard(Address from) override { to_.heard(from); }
  TimePoint tick(TimePoint now) override { return to_.tick(now); }
  [[nodiscard]] bool idle() const override { return to_.idle(); }

 private:
  Observer& to_;
  PageTraces& traces_;
  const Endpoint source_;
};

}  // namespace tracetcp
