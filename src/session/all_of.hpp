#pragma once

#include <tracetcp/engine.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace tracetcp {

/// Gives turns to all that goes on beside a run, in that order.
class AllOf final : public Meanwhile {
 public:
  explicit AllOf(std::vector<Meanwhile*> all) : all_(std::move(all)) {}

  void heard(Address from) override {
    for (Meanwhile* one : all_) one->heard(from);
  }
  TimePoint tick(TimePoint now) override {
    TimePoint wake = never;
    for (Meanwhile* one : all_) wake = std::min(wake, one->tick(now));
    return wake;
  }
  [[nodiscard]] bool idle() const override {
    return std::all_of(all_.begin(), all_.end(), [](const Meanwhile* one) { return one->idle(); });
  }

 private:
  const std::vector<Meanwhile*> all_;
};

}  // namespace tracetcp
