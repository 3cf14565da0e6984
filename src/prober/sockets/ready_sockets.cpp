#include "prober/sockets/ready_sockets.hpp"

#include "platform/wait_ready.hpp"

#include <tracetcp/error.hpp>

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace tracetcp {
namespace {

constexpr std::size_t most_at_once = 64;

}  // namespace

ReadySockets::ReadySockets() : epoll_(epoll_create1(EPOLL_CLOEXEC)) {}

ReadySockets::~ReadySockets() {
  if (epoll_ != -1) close(epoll_);
}

void ReadySockets::add(int fd) {
  if (epoll_ == -1) {
    sockets_.push_back({.fd = fd, .events = POLLOUT, .revents = 0});
    return;
  }
  epoll_event event{.events = EPOLLOUT, .data = {.fd = fd}};
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) {
    throw Error::system("cannot wait for a socket", errno);
  }
}

void ReadySockets::remove(int fd) {
  std::erase_if(sockets_, [fd](const pollfd& entry) { return entry.fd == fd; });
}

void ReadySockets::expect_error(int fd) {
  if (epoll_ != -1) {
    epoll_event event{.events = 0, .data = {.fd = fd}};  // EPOLLERR is always reported
    epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event);
  }
  for (pollfd& entry : sockets_) {
    if (entry.fd == fd) entry.events = 0;
  }
}

std::span<const int> ReadySockets::wait(const Waker& waker, TimePoint until,
                                        const SteadyRealTime& clock) {
  ready_.clear();
  if (epoll_ != -1) {
    wait_readable(epoll_, waker, until, clock);
    take_from_epoll();
  } else {
    wait_ready(sockets_, waker, until, clock);
    take_from_poll();
  }
  return ready_;
}

void ReadySockets::take_from_epoll() {
  std::array<epoll_event, most_at_once> events{};
  const int ready = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 0);
  for (int i = 0; i < ready; ++i) ready_.push_back(events[static_cast<std::size_t>(i)].data.fd);
}

void ReadySockets::take_from_poll() {
  for (const pollfd& entry : sockets_) {
    if (entry.revents != 0 && ready_.size() < most_at_once) ready_.push_back(entry.fd);
  }
}

}  // namespace tracetcp
