#include "platform/interrupt.hpp"

#include <atomic>
#include <csignal>

namespace tracetcp {
namespace {

std::atomic<const Waker*> current{nullptr};
std::atomic<bool> flag{false};
static_assert(std::atomic<bool>::is_always_lock_free, "used in a signal handler");

void on_signal(int /*number*/) {
  flag = true;
  if (const Waker* waker = current) waker->notify();
}

void handle(void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  // Without SA_RESTART: whatever waits when it comes is to stop waiting. Once only: a second signal
  // meets the default and so ends even a program that hangs.
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  for (const int number : {SIGINT, SIGTERM}) sigaction(number, &action, nullptr);
}

}  // namespace

Interrupt::Interrupt(const Waker& waker) {
  current = &waker;
  flag = false;
  handle(on_signal);
}

Interrupt::~Interrupt() {
  handle(SIG_DFL);
  current = nullptr;
}

bool Interrupt::requested() noexcept {
  return flag;
}

}  // namespace tracetcp
