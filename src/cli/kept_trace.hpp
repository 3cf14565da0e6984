#pragma once

#include <tracetcp/engine.hpp>

#include <functional>
#include <utility>

namespace tracetcp::cli {

/// Hands on the trace of a control and shows nothing of it.
class KeptTrace final : public Observer {
 public:
  using Take = std::function<void(const Trace&)>;

  /// `shown`: what was shown before is waited with.
  KeptTrace(Observer& shown, Take take) : shown_(shown), take_(std::move(take)) {}

  void begun(const Trace&) override {}
  void settled(const Trace&, const Hop&) override {}
  void finished(const Trace& trace) override { take_(trace); }
  void heard(Address) override {}
  TimePoint tick(TimePoint now) override { return shown_.tick(now); }
  [[nodiscard]] bool idle() const override { return true; }

 private:
  Observer& shown_;
  const Take take_;
};

}  // namespace tracetcp::cli
