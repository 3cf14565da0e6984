#include "platform/input.hpp"

#include <io.h>
#include <windows.h>

#include <algorithm>
#include <array>

namespace tracetcp {
namespace {

/// No event says when a pipe has something to read.
constexpr DWORD look_at_pipe_ms = 10;

InputReady wait_for_pipe(HANDLE pipe, HANDLE waker, int timeout_ms) {
  DWORD waited = 0;
  for (;;) {
    DWORD there = 0;
    const bool ended = PeekNamedPipe(pipe, nullptr, 0, nullptr, &there, nullptr) == 0;
    if (ended || there > 0) return InputReady::yes;
    if (timeout_ms >= 0 && waited >= static_cast<DWORD>(timeout_ms)) return InputReady::no;
    if (WaitForSingleObject(waker, look_at_pipe_ms) == WAIT_OBJECT_0) return InputReady::notified;
    waited += look_at_pipe_ms;
  }
}

}  // namespace

InputReady wait_for_input(int file, const Waker& waker, int timeout_ms) noexcept {
  const auto input = reinterpret_cast<HANDLE>(_get_osfhandle(file));
  const auto event = reinterpret_cast<HANDLE>(waker.event());
  switch (GetFileType(input)) {
    case FILE_TYPE_PIPE:
      return wait_for_pipe(input, event, timeout_ms);
    case FILE_TYPE_CHAR: {
      const std::array<HANDLE, 2> handles{event, input};
      const DWORD timeout = timeout_ms < 0 ? INFINITE : static_cast<DWORD>(timeout_ms);
      const DWORD result = WaitForMultipleObjects(2, handles.data(), FALSE, timeout);
      if (result == WAIT_TIMEOUT) return InputReady::no;
      return result == WAIT_OBJECT_0 ? InputReady::notified : InputReady::yes;
    }
    default:  // a file on a disk has something at once, or its end
      return WaitForSingleObject(event, 0) == WAIT_OBJECT_0 ? InputReady::notified
                                                            : InputReady::yes;
  }
}

}  // namespace tracetcp
