#pragma once

#include <tracetcp/engine.hpp>

#include <functional>

namespace tracetcp {

/// Waits until the observer has nothing left to do, or somebody interrupts.
void wait_for(Observer& observer, Prober& prober, const std::function<bool()>& interrupted);

}  // namespace tracetcp
