#include "prober/sockets/connect_prober.hpp"

#include <tracetcp/error.hpp>

#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace tracetcp {
namespace {

/// How many sockets may be open at once, after asking for as many as the system lets us have.
std::size_t room_for_sockets() {
  constexpr rlim_t wanted = 2048;
  constexpr rlim_t others = 32;  // files, name look-ups
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) throw Error::system("cannot count files", errno);
  if (limit.rlim_cur < wanted) {
    limit.rlim_cur = std::min(wanted, limit.rlim_max);
    setrlimit(RLIMIT_NOFILE, &limit);  // fewer do too, only more slowly
    getrlimit(RLIMIT_NOFILE, &limit);
  }
  return static_cast<std::size_t>(std::clamp<rlim_t>(limit.rlim_cur, others + 1, wanted) - others);
}

}  // namespace

ConnectProber::ConnectProber(ConnectConfig config, const Waker& waker)
    : config_(std::move(config)),
      waker_(waker),
      lifetime_(std::min(config_.timeout, ProbeSocket::lifetime(config_.way))),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      most_open_(room_for_sockets()) {
  if (epoll_ == -1) throw Error::system("cannot make an epoll instance", errno);
}

ConnectProber::~ConnectProber() {
  close(epoll_);
}

Port ConnectProber::port_for(const Probe& probe) const {
  if (config_.ports.first.value == 0) return {};
  return {
      static_cast<std::uint16_t>(config_.ports.first.value + probe.id.index % config_.ports.count)};
}

void ConnectProber::send(std::span<const Probe> probes) {
  for (const Probe& probe : probes) send(probe);
}

void ConnectProber::send(const Probe& probe) {
  const Port port = port_for(probe);
  free_port(probe, port);
  if (open_.size() == most_open_) {
    ++stats_.queue_dropped;
    end(open_.begin());
  }
  const auto socket = open_.emplace(open_.end(), config_.way, probe, port);
  by_fd_[socket->fd()] = socket;
  epoll_event event{.events = EPOLLOUT, .data = {.fd = socket->fd()}};
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, socket->fd(), &event) != 0) {
    throw Error::system("cannot wait for a socket", errno);
  }
}

void ConnectProber::free_port(const Probe& probe, Port port) {
  if (port.value == 0) return;
  for (auto socket = open_.begin(); socket != open_.end();) {
    const Probe& other = socket->probe();
    const bool same = other.target == probe.target && port_for(other) == port;
    socket = same ? end(socket) : std::next(socket);
  }
}

std::span<const Reply> ConnectProber::wait(TimePoint until) {
  replies_.clear();
  const TimePoint first_end = open_.empty() ? never : open_.front().sent() + lifetime_;
  wait_readable(epoll_, waker_, std::min(until, first_end), clock_);
  waker_.drain();
  take_results();
  give_up_old();
  return replies_;
}

void ConnectProber::take_results() {
  std::array<epoll_event, 64> events{};
  const int ready = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 0);
  for (int i = 0; i < ready; ++i) {
    const auto socket = by_fd_.at(events[static_cast<std::size_t>(i)].data.fd);
    ++stats_.captured;
    if (auto reply = socket->result()) replies_.push_back(std::move(*reply));
    end(socket);  // the kernel would go on repeating some SYNs although they were answered
  }
}

/// Their answers would come too late, or the kernel would repeat their SYNs.
void ConnectProber::give_up_old() {
  const TimePoint now = real_time();
  while (!open_.empty() && now - open_.front().sent() >= lifetime_) end(open_.begin());
}

ConnectProber::Sockets::iterator ConnectProber::end(Sockets::iterator socket) {
  by_fd_.erase(socket->fd());
  return open_.erase(socket);
}

void ConnectProber::conclude(std::uint32_t trace) {
  for (auto socket = open_.begin(); socket != open_.end();) {
    socket = socket->probe().id.trace == trace ? end(socket) : std::next(socket);
  }
}

}  // namespace tracetcp
