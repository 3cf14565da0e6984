#pragma once

#include <tracetcp/time.hpp>

#include <string>

namespace tracetcp {

/// As a number: a double holds days exactly to the nanosecond.
constexpr double in_milliseconds(Duration duration) {
  return static_cast<double>(duration.count()) / 1e6;
}

/// Whole milliseconds, rounded to nearest: "170".
std::string whole_milliseconds(Duration duration);
/// Adds the same with its unit: "170 ms".
void append_whole_milliseconds(std::string& text, Duration duration);

/// Three decimals, rounded to nearest: "170.042".
std::string precise_milliseconds(Duration duration);

/// Two decimals, rounded down, for what is less than 1 ms: "0.31".
std::string fine_milliseconds(Duration duration);

}  // namespace tracetcp
