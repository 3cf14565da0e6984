#include "capture/input_wait.hpp"

#include "platform/input.hpp"
#include "platform/interrupt.hpp"

namespace tracetcp {

bool InputWait::operator()(int file) const noexcept {
  constexpr int patience_ms =
      static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(patience).count());
  constexpr int without_end = -1;
  int timeout = patience_ms;
  while (!Interrupt::requested()) {
    const InputReady ready = wait_for_input(file, interrupted_, timeout);
    if (ready == InputReady::yes) return !Interrupt::requested();
    if (ready == InputReady::no) {
      timeout = without_end;
      if (when_stalled_) when_stalled_();
    }
  }
  return false;
}

}  // namespace tracetcp
