#include "platform/waker.hpp"

#include <tracetcp/error.hpp>

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

namespace tracetcp {

Waker::Waker() : fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (fd_ == -1) throw Error::system("cannot make an eventfd", errno);
}

Waker::~Waker() {
  close(fd_);
}

void Waker::notify() const noexcept {
  const int saved = errno;  // a signal handler must leave it as it was
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = write(fd_, &one, sizeof one);  // full means: it is set
  errno = saved;
}

void Waker::drain() const noexcept {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto got = read(fd_, &count, sizeof count);  // empty means: not set
}

}  // namespace tracetcp
