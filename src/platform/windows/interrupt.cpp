#include "platform/interrupt.hpp"

#include <windows.h>

#include <atomic>

namespace tracetcp {
namespace {

std::atomic<const Waker*> current{nullptr};
std::atomic<bool> is_requested{false};
std::atomic<void (*)()> last_words{nullptr};

/// The process ends when this returns from such an event, so it waits for the end of the process,
/// whose reports are written meanwhile. Windows ends it by itself after 5 s.
BOOL stay_until_the_end() {
  constexpr DWORD longest_ms = 5000;
  WaitForSingleObject(GetCurrentProcess(), longest_ms);
  return TRUE;
}

/// Called in a thread of its own. Other than a signal an event comes once for each request.
BOOL WINAPI on_event(DWORD event) {
  if (!is_requested.exchange(true)) {
    if (const Waker* waker = current) waker->notify();
    const bool may_return = event == CTRL_C_EVENT || event == CTRL_BREAK_EVENT;
    return may_return ? TRUE : stay_until_the_end();
  }
  if (void (*const what)() = last_words) what();
  TerminateProcess(GetCurrentProcess(), interrupted_status);  // also where the program hangs
  return TRUE;
}

}  // namespace

Interrupt::Interrupt(const Waker& waker) {
  current = &waker;
  is_requested = false;
  SetConsoleCtrlHandler(on_event, TRUE);
}

Interrupt::~Interrupt() {
  SetConsoleCtrlHandler(on_event, FALSE);
  current = nullptr;
}

void Interrupt::before_exit(void (*what)()) noexcept {
  last_words = what;
}

bool Interrupt::requested() noexcept {
  return is_requested;
}

}  // namespace tracetcp
