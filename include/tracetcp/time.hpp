#pragma once

#include <chrono>

namespace tracetcp {

using Duration = std::chrono::nanoseconds;

/// The clock of a Link. It deliberately has no now(): only a Link has the time, so that the same
/// code runs live, in a recording's time and in virtual time.
struct LinkClock {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<LinkClock>;
  static constexpr bool is_steady = false;
};

/// Nanoseconds since the Unix epoch, UTC.
using TimePoint = LinkClock::time_point;

/// Later than any time of a Link.
inline constexpr TimePoint never = TimePoint::max();

}  // namespace tracetcp
