#include "platform/real_time.hpp"

#include <algorithm>
#include <ctime>

namespace tracetcp {
namespace {

Duration read_clock(clockid_t id) {
  timespec time{};
  clock_gettime(id, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace

SteadyRealTime::SteadyRealTime()
    : offset_(read_clock(CLOCK_REALTIME) - read_clock(CLOCK_MONOTONIC)) {}

TimePoint SteadyRealTime::now() const {
  return TimePoint(read_clock(CLOCK_MONOTONIC) + offset_);
}

ClockReading SteadyRealTime::read() const {
  constexpr int tries = 4;  // the process may be suspended between two readings
  constexpr Duration close = std::chrono::microseconds(10);
  ClockReading reading;
  for (int i = 0; i < tries; ++i) {
    const Duration before = read_clock(CLOCK_MONOTONIC);
    reading.real = TimePoint(read_clock(CLOCK_REALTIME));
    const Duration after = read_clock(CLOCK_MONOTONIC);
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
