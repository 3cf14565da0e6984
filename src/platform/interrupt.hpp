#pragma once

#include "platform/waker.hpp"

namespace tracetcp {

/// Turns SIGINT, SIGTERM and SIGHUP into a flag and a wake-up, for as long as it lives; a second
/// one, 50 ms or more later, ends the process at once with `interrupted_status`. A signal that was
/// ignored when the program began (nohup, the background of a script) stays ignored. There is one
/// at a time.
class Interrupt {
 public:
  explicit Interrupt(const Waker& waker);
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  /// Whether such a signal came; stays so when the Interrupt is gone.
  [[nodiscard]] static bool requested() noexcept;

  /// Called before a second signal ends the process, in its handler: what a handler may call alone.
  /// Null: nothing is.
  static void before_exit(void (*what)()) noexcept;

  /// Readable from the signal on, unless the waker is drained; -1: there is no Interrupt.
  [[nodiscard]] static int fd() noexcept;
};

/// Exit status, as shells report death by SIGINT.
inline constexpr int interrupted_status = 130;

}  // namespace tracetcp
