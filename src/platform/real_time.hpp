#pragma once

#include <tracetcp/time.hpp>

#include <poll.h>

#include <vector>

namespace tracetcp {

class Waker;

/// The real time of this moment, by which the kernel stamps packets.
TimePoint real_time();

/// The kernel stamps packets by the real-time clock; waits must not follow its steps. So this is
/// the real time at the start, carried on by the monotonic clock.
class SteadyRealTime {
 public:
  SteadyRealTime();

  [[nodiscard]] TimePoint now() const;

 private:
  Duration offset_;
};

/// Waits until the file descriptor is readable, somebody wakes us, or that moment; a signal ends it
/// early. Throws Error.
void wait_readable(int fd, const Waker& waker, TimePoint until, const SteadyRealTime& clock);

/// The same for what is asked of several descriptors; sets what came of it (poll(2)).
void wait_ready(std::vector<pollfd>& fds, const Waker& waker, TimePoint until,
                const SteadyRealTime& clock);

}  // namespace tracetcp
