#include "platform/real_time.hpp"

#include "platform/clocks.hpp"

#include <algorithm>

namespace tracetcp {

SteadyRealTime::SteadyRealTime() : offset_(real_time_clock() - monotonic_clock()) {}

TimePoint SteadyRealTime::now() const {
  return TimePoint(monotonic_clock() + offset_);
}

ClockReading SteadyRealTime::read() const {
  constexpr int tries = 4;  // the process may be suspended between two readings
  constexpr Duration close = std::chrono::microseconds(10);
  ClockReading reading;
  for (int i = 0; i < tries; ++i) {
    const Duration before = monotonic_clock();
    reading.real = TimePoint(real_time_clock());
    const Duration after = monotonic_clock();
    reading.steady = TimePoint(before + (after - before) / 2 + offset_);
    if (after - before < close) break;
  }
  return reading;
}

TimePoint SteadyStamps::steady(TimePoint stamp, const ClockReading& now) {
  constexpr Duration smallest_step = std::chrono::microseconds(100);  // less is reading noise
  const Duration ahead = now.real - now.steady;
  const TimePoint before_step = stamp - ahead_;
  if (std::chrono::abs(ahead - ahead_) < smallest_step) return before_step;
  const TimePoint after_step = stamp - ahead;
  const TimePoint latest = now.steady + smallest_step;
  const bool is_before = before_step <= latest && (before_step > after_step || after_step > latest);
  if (is_before) return before_step;
  ahead_ = ahead;
  return std::min(after_step, now.steady);
}

}  // namespace tracetcp
