#pragma once

#include "report/port_fates.hpp"
#include "session/forwarding.hpp"

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

  enum class Missing : std::uint8_t { of_controls, of_all };
  /// Makes the diagnoses that traces did not have when they were taken, in the light of all.
  void diagnose(Missing missing);

  [[nodiscard]] const std::vector<PageTrace>& traces() const { return traces_; }

  /// Those of another run, to another target, behind these.
  void add(PageTraces other);

  /// Moves all into the page. `one_target`: ports are worth grouping.
  void hand_on(Page& page, bool one_target);

 private:
  void keep(PageTrace one);

  bool is_wanted_;
  std::vector<PageTrace> traces_;
  std::uint64_t more_ = 0;
  PortFates more_fates_;  ///< of those that are not kept
};

/// Hands on what a scan finds out, and keeps it for the page.
class PageObserver final : public Forwarding {
 public:
  PageObserver(Observer& to, PageTraces& traces, Endpoint source)
      : Forwarding(to), traces_(traces), source_(source) {}

  void finished(const Trace& trace) override {
    traces_.take(trace, source_);
    Forwarding::finished(trace);
  }

 private:
  PageTraces& traces_;
  const Endpoint source_;
};

}  // namespace tracetcp
