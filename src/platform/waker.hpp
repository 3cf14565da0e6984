#pragma once

#include <cstdint>

namespace tracetcp {

/// Wakes a thread that waits for it. notify() may be called from any thread and from a signal
/// handler.
class Waker {
 public:
  Waker();  ///< throws Error
  ~Waker();
  Waker(const Waker&) = delete;
  Waker& operator=(const Waker&) = delete;

  void notify() const noexcept;
  /// Ends that state until the next notify().
  void drain() const noexcept;
  /// Linux: a descriptor that is readable while it is notified.
  [[nodiscard]] int fd() const { return static_cast<int>(waited_for_); }
  /// Windows: the HANDLE of an event.
  [[nodiscard]] std::intptr_t event() const { return waited_for_; }

 private:
  std::intptr_t waited_for_;  ///< an eventfd, the end of a pipe that is read, or an event
  std::intptr_t written_;     ///< the same, or the pipe's other end
};

}  // namespace tracetcp
