#pragma once

#include "platform/waker.hpp"

#include <cstdint>

namespace tracetcp {

/// What ended a wait for input.
enum class InputReady : std::uint8_t {
  yes,       ///< there is something to read, or the end, or an error that a read will report
  notified,  ///< the waker was, or a signal came
  no,        ///< nothing came in that time
};

/// `timeout_ms` -1: without end.
InputReady wait_for_input(int file, const Waker& waker, int timeout_ms) noexcept;

}  // namespace tracetcp
