#pragma once

#include <tracetcp/time.hpp>

#include <string>

namespace tracetcp {

/// Whole milliseconds, rounded to nearest: "170".
std::string whole_milliseconds(Duration duration);

/// Three decimals, rounded to nearest: "170.042".
std::string precise_milliseconds(Duration duration);

}  // namespace tracetcp
