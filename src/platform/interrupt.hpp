#pragma once

#include "platform/waker.hpp"

namespace tracetcp {

/// Turns SIGINT and SIGTERM into a flag and a wake-up, for as long as it lives. The second such
/// signal ends the program at once. There is one at a time.
class Interrupt {
 public:
  explicit Interrupt(const Waker& waker);
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  [[nodiscard]] static bool requested() noexcept;
};

}  // namespace tracetcp
