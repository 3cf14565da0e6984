#include "platform/waker.hpp"

#include <tracetcp/error.hpp>

#include <fcntl.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>

namespace tracetcp {

// Some filters of system calls know no eventfd; a pipe does the same by two descriptors.
Waker::Waker() : waited_for_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), written_(waited_for_) {
  if (waited_for_ != -1) return;
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0)
    throw Error::system("cannot make a pipe", errno);
  waited_for_ = ends[0];
  written_ = ends[1];
}

Waker::~Waker() {
  if (written_ != waited_for_) close(static_cast<int>(written_));
  close(fd());
}

void Waker::notify() const noexcept {
  const int saved = errno;  // a signal handler must leave it as it was
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written =
      write(static_cast<int>(written_), &one, sizeof one);  // full means: it is set
  errno = saved;
}

void Waker::drain() const noexcept {
  std::array<std::uint64_t, 64> counts{};
  const auto enough = static_cast<ssize_t>(sizeof counts);
  while (read(fd(), counts.data(), sizeof counts) == enough) {
  }  // a pipe may hold more
}

}  // namespace tracetcp
