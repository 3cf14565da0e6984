#pragma once

#include <tracetcp/time.hpp>

#include <algorithm>
#include <optional>

namespace tracetcp::sim {

/// `burst` at once, then `rate` a second. Times that go backwards add nothing.
class TokenBucket {
 public:
  TokenBucket(double rate, double burst) : rate_(rate), burst_(burst), tokens_(burst) {}

  bool take(TimePoint now) {
    const std::chrono::duration<double> passed =
        std::max(now, filled_.value_or(now)) - filled_.value_or(now);
    filled_ = std::max(now, filled_.value_or(now));
    tokens_ = std::min(burst_, tokens_ + rate_ * passed.count());
    if (tokens_ < 1) return false;
    tokens_ -= 1;
    return true;
  }

 private:
  double rate_;
  double burst_;
  double tokens_;
  std::optional<TimePoint> filled_;
};

}  // namespace tracetcp::sim
