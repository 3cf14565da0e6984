#include "platform/real_time.hpp"
#include "platform/waker.hpp"
#include "platform/windows/text.hpp"

#include <windows.h>

#include <algorithm>
#include <array>
#include <span>

namespace tracetcp {
namespace {

/// A timer of the kernel's. The timeouts of its waits are multiples of the clock's tick, 15.6 ms;
/// such a timer is as exact as its processor where Windows (10, 1803) has that kind.
class WaitTimer {
 public:
  WaitTimer()
      : timer_(CreateWaitableTimerExW(nullptr, nullptr, high_resolution, TIMER_ALL_ACCESS)) {
    if (timer_ == nullptr) timer_ = CreateWaitableTimerW(nullptr, FALSE, nullptr);
    if (timer_ == nullptr) throw windows::failure("cannot make a timer", GetLastError());
  }
  ~WaitTimer() { CloseHandle(timer_); }
  WaitTimer(const WaitTimer&) = delete;
  WaitTimer& operator=(const WaitTimer&) = delete;

  HANDLE set(Duration span) {
    using Tick = std::chrono::duration<std::int64_t, std::ratio<1, 10'000'000>>;
    LARGE_INTEGER due;
    due.QuadPart = -std::max<std::int64_t>(1, std::chrono::ceil<Tick>(span).count());
    if (SetWaitableTimer(timer_, &due, 0, nullptr, nullptr, FALSE) == 0) {
      throw windows::failure("cannot set a timer", GetLastError());
    }
    return timer_;
  }

 private:
  static constexpr DWORD high_resolution = 2;  // CREATE_WAITABLE_TIMER_HIGH_RESOLUTION
  HANDLE timer_;
};

HANDLE handle_of(const Waker& waker) {
  return reinterpret_cast<HANDLE>(waker.event());
}

/// The last place is for the timer.
void wait_for(std::span<HANDLE> handles, TimePoint until, const SteadyRealTime& clock) {
  static thread_local WaitTimer timer;
  auto count = static_cast<DWORD>(handles.size());
  if (until == never) {
    --count;
  } else {
    handles.back() = timer.set(std::max(until - clock.now(), Duration::zero()));
  }
  if (WaitForMultipleObjects(count, handles.data(), FALSE, INFINITE) == WAIT_FAILED) {
    throw windows::failure("cannot wait for packets", GetLastError());
  }
}

}  // namespace

void wait_notified(const Waker& waker, TimePoint until, const SteadyRealTime& clock) {
  std::array<HANDLE, 2> handles{handle_of(waker), nullptr};
  wait_for(handles, until, clock);
}

void wait_notified(const Waker& one, const Waker& other, TimePoint until,
                   const SteadyRealTime& clock) {
  std::array<HANDLE, 3> handles{handle_of(one), handle_of(other), nullptr};
  wait_for(handles, until, clock);
}

}  // namespace tracetcp
