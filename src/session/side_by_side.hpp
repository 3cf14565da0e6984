#pragma once

#include "platform/waker.hpp"

#include <functional>

namespace tracetcp {

/// Runs both at once, `second` in a thread of its own, and returns when both have ended. `waker` is
/// that of `first`: when it is notified after that has ended, `woken` is called, once more before.
/// What they throw is thrown.
void run_side_by_side(const std::function<void()>& first, const std::function<void()>& second,
                      const Waker& waker, const std::function<void()>& woken);

}  // namespace tracetcp
