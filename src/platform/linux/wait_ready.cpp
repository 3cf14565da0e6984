#include "platform/wait_ready.hpp"

#include "platform/waker.hpp"

#include <tracetcp/error.hpp>

#include <algorithm>
#include <cerrno>
#include <ctime>

namespace tracetcp {

void wait_ready(std::vector<pollfd>& fds, const Waker& waker, TimePoint until,
                const SteadyRealTime& clock) {
  timespec left{};
  if (until != never) {
    const auto span = std::max(until - clock.now(), Duration::zero());
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(span);
    left = {.tv_sec = seconds.count(), .tv_nsec = (span - seconds).count()};
  }
  fds.push_back({.fd = waker.fd(), .events = POLLIN, .revents = 0});
  const int result = ppoll(fds.data(), fds.size(), until == never ? nullptr : &left, nullptr);
  const int code = errno;
  fds.pop_back();
  if (result != -1) return;
  if (code != EINTR) throw Error::system("cannot wait for packets", code);
  for (pollfd& entry : fds) entry.revents = 0;
}

void wait_readable(int fd, const Waker& waker, TimePoint until, const SteadyRealTime& clock) {
  std::vector<pollfd> one{{.fd = fd, .events = POLLIN, .revents = 0}};
  wait_ready(one, waker, until, clock);
}

void wait_notified(const Waker& waker, TimePoint until, const SteadyRealTime& clock) {
  std::vector<pollfd> none;
  wait_ready(none, waker, until, clock);
}

void wait_notified(const Waker& one, const Waker& other, TimePoint until,
                   const SteadyRealTime& clock) {
  wait_readable(one.fd(), other, until, clock);
}

}  // namespace tracetcp
