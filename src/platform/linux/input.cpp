#include "platform/input.hpp"

#include <poll.h>

#include <array>
#include <cerrno>

namespace tracetcp {

InputReady wait_for_input(int file, const Waker& waker, int timeout_ms) noexcept {
  std::array<pollfd, 2> files{{{.fd = file, .events = POLLIN, .revents = 0},
                               {.fd = waker.fd(), .events = POLLIN, .revents = 0}}};
  const int ready = poll(files.data(), files.size(), timeout_ms);
  if (ready == 0) return InputReady::no;
  if (ready == -1) return errno == EINTR ? InputReady::notified : InputReady::yes;
  return files[0].revents != 0 ? InputReady::yes : InputReady::notified;
}

}  // namespace tracetcp
