#pragma once

#include <tracetcp/engine.hpp>

namespace tracetcp {

/// Hands on everything; what is derived from it overrides what it treats otherwise.
class Forwarding : public Observer {
 public:
  explicit Forwarding(Observer& to) : to_(to) {}

  void begun(const Trace& trace) override { to_.begun(trace); }
  void progressed(const Trace& trace) override { to_.progressed(trace); }
  void settled(const Trace& trace, const Hop& hop) override { to_.settled(trace, hop); }
  void answered(const Trace& trace) override { to_.answered(trace); }
  void finished(const Trace& trace) override { to_.finished(trace); }

 protected:
  [[nodiscard]] Observer& to() const { return to_; }

 private:
  Observer& to_;
};

}  // namespace tracetcp
