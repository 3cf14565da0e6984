#pragma once

#include <tracetcp/time.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tracetcp {

/// Counts round-trip times for quantiles, in a bounded amount of memory: the bounds of its 400
/// classes rise by 5 % from 1 µs to beyond 100 s, so a quantile is at most 5 % too high. Only
/// classes that have some take memory.
class RttHistogram {
 public:
  void add(Duration rtt) {
    const std::uint16_t place = class_of(rtt);
    const auto at =
        std::lower_bound(classes_.begin(), classes_.end(), place,
                         [](const Class& one, std::uint16_t other) { return one.place < other; });
    if (at != classes_.end() && at->place == place) {
      ++at->count;
    } else {
      classes_.insert(at, {.place = place, .count = 1});
    }
    ++total_;
  }

  [[nodiscard]] std::uint64_t count() const { return total_; }

  /// The upper bound of the class that has the quantile (nearest rank); 0 where nothing was added.
  [[nodiscard]] Duration quantile(double part) const {
    const auto rank = static_cast<std::uint64_t>(std::ceil(part * static_cast<double>(total_)));
    std::uint64_t seen = 0;
    for (const Class& one : classes_) {
      seen += one.count;
      if (seen >= rank) return bound_of(one.place);
    }
    return {};
  }

 private:
  static constexpr double step = 1.05;
  static constexpr double first = 1000;  // nanoseconds

  struct Class {
    std::uint16_t place = 0;
    std::uint32_t count = 0;
  };

  static std::uint16_t class_of(Duration rtt) {
    const auto nanoseconds = static_cast<double>(std::max<Duration::rep>(rtt.count(), 1));
    const double place = std::ceil(std::log(nanoseconds / first) / std::log(step));
    return static_cast<std::uint16_t>(std::clamp(place, 0.0, 399.0));
  }
  static Duration bound_of(std::uint16_t place) {
    return Duration(static_cast<Duration::rep>(
        std::llround(first * std::pow(step, static_cast<double>(place)))));
  }

  std::vector<Class> classes_;  ///< rising
  std::uint64_t total_ = 0;
};

}  // namespace tracetcp
