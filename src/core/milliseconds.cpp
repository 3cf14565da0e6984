#include "core/milliseconds.hpp"

#include <fmt/format.h>

namespace tracetcp {

namespace {

/// Halves are rounded up. Capture stamps may run backwards, so below zero works too.
template <class Unit>
std::int64_t rounded(Duration duration) {
  return std::chrono::floor<Unit>(duration + Duration(Unit(1)) / 2).count();
}

}  // namespace

std::string whole_milliseconds(Duration duration) {
  return fmt::format_int(rounded<std::chrono::milliseconds>(duration)).str();
}

void append_whole_milliseconds(std::string& text, Duration duration) {
  const std::int64_t milliseconds = rounded<std::chrono::milliseconds>(duration);
  if (milliseconds >= 0 && milliseconds < 10) {
    text += static_cast<char>('0' + milliseconds);
    return;
  }
  const fmt::format_int number(milliseconds);
  text.append(number.data(), number.size());
}

std::string precise_milliseconds(Duration duration) {
  const std::int64_t microseconds = rounded<std::chrono::microseconds>(duration);
  const std::int64_t magnitude = microseconds < 0 ? -microseconds : microseconds;
  return fmt::format("{}{}.{:03}", microseconds < 0 ? "-" : "", magnitude / 1000, magnitude % 1000);
}

}  // namespace tracetcp
