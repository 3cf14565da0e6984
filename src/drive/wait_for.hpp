#pragma once

#include <tracetcp/engine.hpp>

#include <functional>

namespace tracetcp {

/// Waits on a Prober or Link until `meanwhile` has nothing left to do, such as names to wait for,
/// or `interrupted` returns true. Replies are dropped.
template <class Waited>
void wait_for(Meanwhile& meanwhile, Waited& waited, const std::function<bool()>& interrupted) {
  while (!interrupted()) {
    const TimePoint until = meanwhile.tick(waited.now());  // may be the last thing it had to do
    if (meanwhile.idle()) return;
    waited.wait(until);
  }
}

}  // namespace tracetcp
