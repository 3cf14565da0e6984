#include "platform/waker.hpp"

#include "platform/windows/text.hpp"

#include <windows.h>

namespace tracetcp {
namespace {

HANDLE handle_of(std::intptr_t event) {
  return reinterpret_cast<HANDLE>(event);
}

}  // namespace

Waker::Waker()
    : waited_for_(reinterpret_cast<std::intptr_t>(CreateEventW(nullptr, TRUE, FALSE, nullptr))),
      written_(waited_for_) {
  if (waited_for_ == 0) throw windows::failure("cannot make an event", GetLastError());
}

Waker::~Waker() {
  CloseHandle(handle_of(waited_for_));
}

void Waker::notify() const noexcept {
  SetEvent(handle_of(written_));
}

void Waker::drain() const noexcept {
  ResetEvent(handle_of(waited_for_));
}

}  // namespace tracetcp
