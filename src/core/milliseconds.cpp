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
  constexpr Duration half = std::chrono::microseconds(500);
  constexpr Duration end = std::chrono::milliseconds(1000) - half;
  if (duration < -half || duration >= end) {
    text += fmt::format_int(rounded<std::chrono::milliseconds>(duration)).str() + " ms";
    return;
  }
  // Nearly all: up to three digits, by one division of 32 bits, written where they fit.
  constexpr std::uint32_t in_one = 1'000'000;  // nanoseconds
  const std::uint32_t number = static_cast<std::uint32_t>((duration + half).count()) / in_one;
  const auto digit = [](std::uint32_t value) { return static_cast<char>('0' + value % 10); };
  std::array<char, 6> written{digit(number), ' ', 'm', 's'};
  std::size_t length = 4;
  if (number >= 100) {
    written = {digit(number / 100), digit(number / 10), digit(number), ' ', 'm', 's'};
    length = 6;
  } else if (number >= 10) {
    written = {digit(number / 10), digit(number), ' ', 'm', 's'};
    length = 5;
  }
  text.append(written.data(), length);
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
