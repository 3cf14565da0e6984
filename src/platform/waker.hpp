#pragma once

namespace tracetcp {

/// Wakes a thread that polls fd(). notify() may be called from any thread and from a signal
/// handler.
class Waker {
 public:
  Waker();  ///< throws Error
  ~Waker();
  Waker(const Waker&) = delete;
  Waker& operator=(const Waker&) = delete;

  void notify() const noexcept;
  /// Makes fd() unreadable again until the next notify().
  void drain() const noexcept;
  [[nodiscard]] int fd() const { return fd_; }

 private:
  int fd_;        ///< an eventfd, or the end of a pipe that is read
  int write_fd_;  ///< the same eventfd, or the pipe's other end
};

}  // namespace tracetcp
