#include "platform/interrupt.hpp"

#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <ctime>

namespace tracetcp {
namespace {

constexpr std::array signals{SIGINT, SIGTERM, SIGHUP};

std::atomic<const Waker*> current{nullptr};
std::atomic<std::int64_t> first_ms{0};  // when the first signal came, monotonic; 0: none did
static_assert(std::atomic<std::int64_t>::is_always_lock_free, "used in a signal handler");

std::atomic<void (*)()> last_words{nullptr};

std::array<struct sigaction, signals.size()> actions_before{};  // the Interrupt

std::int64_t monotonic_ms() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);  // which a signal handler may do (POSIX, 2.4.3)
  return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

/// timeout(1) signals its child and then its process group, and a terminal that is closed signals
/// the group and makes the shell do so too: what comes so soon after the first is the same request.
constexpr std::int64_t same_request_ms = 50;

void on_signal(int /*number*/) {
  const int saved = errno;  // a signal handler must leave it as it was
  const std::int64_t now = monotonic_ms();
  std::int64_t first = 0;
  if (first_ms.compare_exchange_strong(first, now)) {
    if (const Waker* waker = current) waker->notify();
  } else if (now - first > same_request_ms) {
    if (void (*const what)() = last_words) what();
    _exit(interrupted_status);  // also where the program hangs
  }
  errno = saved;
}

}  // namespace

Interrupt::Interrupt(const Waker& waker) {
  current = &waker;
  first_ms = 0;
  struct sigaction action {};
  action.sa_handler = on_signal;  // without SA_RESTART: whatever waits when it comes stops waiting
  for (std::size_t i = 0; i < signals.size(); ++i) {
    sigaction(signals[i], nullptr, &actions_before[i]);
    if (actions_before[i].sa_handler != SIG_IGN) sigaction(signals[i], &action, nullptr);
  }
}

Interrupt::~Interrupt() {
  for (std::size_t i = 0; i < signals.size(); ++i)
    sigaction(signals[i], &actions_before[i], nullptr);
  current = nullptr;
}

void Interrupt::before_exit(void (*what)()) noexcept {
  last_words = what;
}

bool Interrupt::requested() noexcept {
  return first_ms != 0;
}

int Interrupt::fd() noexcept {
  const Waker* waker = current;
  return waker == nullptr ? -1 : waker->fd();
}

}  // namespace tracetcp
