#pragma once

#include <tracetcp/time.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace tracetcp {

/// Counts round-trip times for quantiles, in a fixed amount of memory: the bounds of its classes
/// rise by 5 % from 1 µs to beyond 100 s, so a quantile is at most 5 % too high.
class RttHistogram {
 public:
  void add(Duration rtt) {
    ++counts_[class_of(rtt)];
    ++total_;
  }

  [[nodiscard]] std::uint64_t count() const { return total_; }

  /// The upper bound of the class that has the quantile (nearest rank); 0 where nothing was added.
  [[nodiscard]] Duration quantile(double part) const {
    const auto rank = static_cast<std::uint64_t>(std::ceil(part * static_cast<double>(total_)));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      seen += counts_[i];
      if (seen >= rank && seen != 0) return bound_of(i);
    }
    return {};
  }

 private:
  static constexpr double step = 1.05;
  static constexpr double first = 1000;  // nanoseconds

  static std::size_t class_of(Duration rtt) {
    const auto nanoseconds = static_cast<double>(std::max<Duration::rep>(rtt.count(), 1));
    const double place = std::ceil(std::log(nanoseconds / first) / std::log(step));
    return static_cast<std::size_t>(std::clamp(place, 0.0, 399.0));
  }
  static Duration bound_of(std::size_t place) {
    return Duration(static_cast<Duration::rep>(
        std::llround(first * std::pow(step, static_cast<double>(place)))));
  }

  std::array<std::uint64_t, 400> counts_{};
  std::uint64_t total_ = 0;
};

}  // namespace tracetcp
