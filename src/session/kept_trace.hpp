#pragma once

#include <tracetcp/engine.hpp>

#include <functional>
#include <utility>

namespace tracetcp {

/// Hands on the trace of a control and shows nothing of it.
class KeptTrace final : public Observer {
 public:
  using Take = std::function<void(const Trace&)>;

  explicit KeptTrace(Take take) : take_(std::move(take)) {}

  void begun(const Trace&) override {}
  void settled(const Trace&, const Hop&) override {}
  void finished(const Trace& trace) override { take_(trace); }

 private:
  const Take take_;
};

/// Goes on with what goes on beside a run, but nothing of who answers is wanted: names in a control
/// are not shown.
class Unheard final : public Meanwhile {
 public:
  explicit Unheard(Meanwhile& of) : of_(of) {}

  TimePoint tick(TimePoint now) override { return of_.tick(now); }

 private:
  Meanwhile& of_;
};

}  // namespace tracetcp
