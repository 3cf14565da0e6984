#pragma once

#include <tracetcp/time.hpp>

#include <chrono>
#include <optional>

namespace tracetcp::cli {

/// Compares the time of a simulated network, which jumps to what comes next, with that of the
/// clock: who watches it is to see it pass.
class HeldBack {
 public:
  /// How far `now` is ahead of the clock, both counted from the first call.
  Duration ahead(TimePoint now) {
    if (!first_) first_ = now;
    return now - *first_ - (Clock::now() - began_);
  }

 private:
  using Clock = std::chrono::steady_clock;

  const Clock::time_point began_ = Clock::now();
  std::optional<TimePoint> first_;
};

}  // namespace tracetcp::cli
