#include "capture/input_wait.hpp"

#include "platform/interrupt.hpp"

#include <poll.h>

#include <array>
#include <cerrno>

namespace tracetcp {

bool InputWait::operator()(int file) const noexcept {
  constexpr int patience_ms =
      static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(patience).count());
  constexpr int without_end = -1;
  int timeout = patience_ms;
  while (!Interrupt::requested()) {
    std::array<pollfd, 2> files{{{.fd = file, .events = POLLIN, .revents = 0},
                                 {.fd = interrupted_.fd(), .events = POLLIN, .revents = 0}}};
    const int ready = poll(files.data(), files.size(), timeout);
    if (ready == -1 && errno != EINTR) return true;  // the read will report the error
    if (ready > 0 && files[0].revents != 0) return !Interrupt::requested();
    if (ready == 0) {
      timeout = without_end;
      if (when_stalled_) when_stalled_();
    }
  }
  return false;
}

}  // namespace tracetcp
