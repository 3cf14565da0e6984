#include "platform/clocks.hpp"

#include <windows.h>

namespace tracetcp {

Duration monotonic_clock() {
  static const std::int64_t per_second = [] {
    LARGE_INTEGER frequency;
    QueryPerformanceFrequency(&frequency);
    return frequency.QuadPart;
  }();
  LARGE_INTEGER count;
  QueryPerformanceCounter(&count);
  const std::int64_t rest = count.QuadPart % per_second;
  return std::chrono::seconds(count.QuadPart / per_second) +
         std::chrono::nanoseconds(rest * std::nano::den / per_second);
}

Duration real_time_clock() {
  using Tick = std::chrono::duration<std::int64_t, std::ratio<1, 10'000'000>>;
  constexpr Tick epoch{116'444'736'000'000'000};  // 1970 from 1601 on
  FILETIME time;
  GetSystemTimePreciseAsFileTime(&time);
  const std::int64_t ticks =
      static_cast<std::int64_t>(std::uint64_t{time.dwHighDateTime} << 32 | time.dwLowDateTime);
  return Tick(ticks) - epoch;
}

}  // namespace tracetcp
