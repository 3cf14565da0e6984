#pragma once

#include <tracetcp/time.hpp>

namespace tracetcp {

/// The system's clocks: one that only goes forward at the rate of real time, and the time since
/// 1970 as it is set now.
Duration monotonic_clock();
Duration real_time_clock();

}  // namespace tracetcp
