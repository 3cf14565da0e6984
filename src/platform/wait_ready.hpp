#pragma once

#include "platform/real_time.hpp"

#include <poll.h>

#include <vector>

namespace tracetcp {

/// For what the kernel of Linux has descriptors for. Waits until the file descriptor is readable,
/// the waker is notified, or that moment; a signal ends it early. Throws Error.
void wait_readable(int fd, const Waker& waker, TimePoint until, const SteadyRealTime& clock);

/// The same for what is asked of several descriptors; sets what came of it (poll(2)).
void wait_ready(std::vector<pollfd>& fds, const Waker& waker, TimePoint until,
                const SteadyRealTime& clock);

}  // namespace tracetcp
