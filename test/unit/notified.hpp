#pragma once

#include "platform/waker.hpp"

#ifdef _WIN32
#include <windows.h>
#else
#include <poll.h>
#endif

/// Whether a waker is notified within some ms: by what the program waits for it by.
inline bool is_notified(const tracetcp::Waker& waker, int within_ms) {
#ifdef _WIN32
  const auto event = reinterpret_cast<HANDLE>(waker.event());
  return WaitForSingleObject(event, static_cast<DWORD>(within_ms)) == WAIT_OBJECT_0;
#else
  pollfd entry{.fd = waker.fd(), .events = POLLIN, .revents = 0};
  return poll(&entry, 1, within_ms) == 1;
#endif
}
