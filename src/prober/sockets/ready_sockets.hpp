#pragma once

#include "platform/real_time.hpp"
#include "platform/waker.hpp"

#include <tracetcp/time.hpp>

#include <span>
#include <vector>

struct pollfd;

namespace tracetcp {

/// Waits until one of many sockets can be written to, which a socket can once its connect(2) has
/// ended. By epoll(7), or by poll(2) where a filter of system calls refuses that.
class ReadySockets {
 public:
  ReadySockets();
  ~ReadySockets();
  ReadySockets(const ReadySockets&) = delete;
  ReadySockets& operator=(const ReadySockets&) = delete;

  void add(int fd);     ///< throws Error
  void remove(int fd);  ///< before it is closed

  /// From now on it is ready once there is an error, such as a RST.
  void expect_error(int fd);

  /// Those that are ready, not more than 64; none where the waker or `until` ended the wait. Valid
  /// until the next call. Throws Error.
  std::span<const int> wait(const Waker& waker, TimePoint until, const SteadyRealTime& clock);

 private:
  void take_from_epoll();
  void take_from_poll();

  int epoll_;                    ///< -1: refused
  std::vector<pollfd> sockets_;  ///< where it is refused
  std::vector<int> ready_;
};

}  // namespace tracetcp
