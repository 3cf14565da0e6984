#include "platform/real_time.hpp"

#include "platform/waker.hpp"

#include <tracetcp/error.hpp>

#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>

namespace tracetcp {
namespace {

Duration read_clock(clockid_t id) {
  timespec time{};
  clock_gettime(id, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace

TimePoint real_time() {
  return TimePoint(read_clock(CLOCK_REALTIME));
}

SteadyRealTime::SteadyRealTime()
    : offset_(read_clock(CLOCK_REALTIME) - read_clock(CLOCK_MONOTONIC)) {}

TimePoint SteadyRealTime::now() const {
  return TimePoint(read_clock(CLOCK_MONOTONIC) + offset_);
}

void wait_readable(int fd, const Waker& waker, TimePoint until, const SteadyRealTime& clock) {
  std::array<pollfd, 2> fds{{{.fd = fd, .events = POLLIN, .revents = 0},
                             {.fd = waker.fd(), .events = POLLIN, .revents = 0}}};
  timespec left{};
  if (until != never) {
    const auto span = std::max(until - clock.now(), Duration::zero());
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(span);
    left = {.tv_sec = seconds.count(), .tv_nsec = (span - seconds).count()};
  }
  if (ppoll(fds.data(), fds.size(), until == never ? nullptr : &left, nullptr) == -1 &&
      errno != EINTR) {
    throw Error::system("cannot wait for packets", errno);
  }
}

}  // namespace tracetcp
