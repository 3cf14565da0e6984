#include "core/milliseconds.hpp"

#include <fmt/format.h>

#include <array>

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
  if (milliseconds < 0 || milliseconds > 999) {
    text += fmt::format_int(milliseconds).str() + " ms";
    return;
  }
  const auto number = static_cast<unsigned>(milliseconds);
  const auto digit = [](unsigned value) { return static_cast<char>('0' + value % 10); };
  const std::array<char, 6> written{
      digit(number / 100), digit(number / 10), digit(number), ' ', 'm', 's'};
  const std::size_t zeros = (number < 100 ? 1U : 0U) + (number < 10 ? 1U : 0U);
  text.append(written.data() + zeros, written.size() - zeros);
}

std::string precise_milliseconds(Duration duration) {
  const std::int64_t microseconds = rounded<std::chrono::microseconds>(duration);
  const std::int64_t magnitude = microseconds < 0 ? -microseconds : microseconds;
  return fmt::format("{}{}.{:03}", microseconds < 0 ? "-" : "", magnitude / 1000, magnitude % 1000);
}

std::string fine_milliseconds(Duration duration) {
  constexpr int in_a_hundredth = 10'000;
  return fmt::format("0.{:02}", duration.count() / in_a_hundredth);
}

}  // namespace tracetcp
