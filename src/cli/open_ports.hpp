#pragma once

#include <tracetcp/engine.hpp>

namespace tracetcp {

/// Hands on the traces that found their port open, once that is known, and no others.
class OpenPorts final : public Observer {
 public:
  explicit OpenPorts(Observer& to) : to_(to) {}

  void begun(const Trace&) override {}
  void settled(const Trace&, const Hop&) override {}
  void finished(const Trace& trace) override {
    if (trace.verdict.state != State::open) return;
    to_.begun(trace);
    for (const Hop& hop : trace.path()) to_.settled(trace, hop);
    to_.finished(trace);
  }
  void heard(Address from) override { to_.heard(from); }
  TimePoint tick(TimePoint now) override { return to_.tick(now); }
  [[nodiscard]] bool idle() const override { return to_.idle(); }

 private:
  Observer& to_;
};

}  // namespace tracetcp
