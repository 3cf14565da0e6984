#include "names/channel.hpp"

#include <tracetcp/error.hpp>

#include <poll.h>

#include <algorithm>
#include <array>

namespace tracetcp {

namespace {

// Each server is asked twice, the second time for twice as long: 4.5 s in all for one server.
constexpr int first_timeout_ms = 1500;
constexpr int asks = 2;

/// ares_library_init() is not thread-safe in 1.18. It is never undone: that would only free what
/// the process's end frees anyway, and another user may still need it.
void init_library() {
  static const int status = ares_library_init(ARES_LIB_INIT_ALL);
  if (status != ARES_SUCCESS) {
    throw Error(std::string("cannot set up c-ares: ") + ares_strerror(status));
  }
}

}  // namespace

AresChannel::AresChannel(const std::string& servers) {
  init_library();
  ares_options options{};
  options.timeout = first_timeout_ms;
  options.tries = asks;
  int status = ares_init_options(&channel_, &options, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES);
  if (status != ARES_SUCCESS) {
    throw Error(std::string("cannot read the settings of DNS: ") + ares_strerror(status));
  }
  if (servers.empty()) return;
  status = ares_set_servers_ports_csv(channel_, servers.c_str());
  if (status != ARES_SUCCESS) {
    ares_destroy(channel_);
    throw Error("cannot use the DNS servers \"" + servers + "\": " + ares_strerror(status));
  }
}

AresChannel::~AresChannel() {
  ares_destroy(channel_);
}

void AresChannel::step(std::chrono::milliseconds limit, int wake) {
  std::array<ares_socket_t, ARES_GETSOCK_MAXNUM> sockets{};
  const auto bits = static_cast<unsigned>(ares_getsock(channel_, sockets.data(), sockets.size()));
  std::array<pollfd, ARES_GETSOCK_MAXNUM + 1> polled{};
  polled[0] = {wake, POLLIN, 0};  // poll() skips -1
  nfds_t count = 1;
  for (unsigned i = 0; i < sockets.size(); ++i) {
    const bool reads = (bits >> i & 1U) != 0;
    const bool writes = (bits >> (i + ARES_GETSOCK_MAXNUM) & 1U) != 0;
    if (!reads && !writes) continue;
    polled.at(count++) = {sockets.at(i),
                          static_cast<short>((reads ? POLLIN : 0) | (writes ? POLLOUT : 0)), 0};
  }

  timeval longest{};
  longest.tv_sec = limit.count() / 1000;
  longest.tv_usec = limit.count() % 1000 * 1000;
  timeval storage{};
  const timeval* wait = ares_timeout(channel_, &longest, &storage);
  // Rounded up: a wait that ends just before a query's timeout would be followed by many of 0 ms.
  const auto wait_ms = static_cast<int>(wait->tv_sec * 1000 + (wait->tv_usec + 999) / 1000);
  const int ready = poll(polled.data(), count, wait_ms);

  for (nfds_t i = 1; ready > 0 && i < count; ++i) {
    const auto& [socket, asked, got] = polled.at(i);
    const bool readable = (got & (POLLIN | POLLERR | POLLHUP)) != 0;
    const bool writable = (got & POLLOUT) != 0;
    if (!readable && !writable) continue;
    ares_process_fd(channel_, readable ? socket : ARES_SOCKET_BAD,
                    writable ? socket : ARES_SOCKET_BAD);
  }
  // Timeouts, after the reading: an answer that is there already counts.
  ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

}  // namespace tracetcp
