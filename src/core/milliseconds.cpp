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

/// Of each number of milliseconds with up to three digits, as nearly all have.
constexpr std::size_t short_times_count = 1000;

constexpr ShortTime short_time_of(std::uint32_t number) {
  ShortTime time{};
  const auto add = [&](char character) { time.text.at(time.length++) = character; };
  const auto digit = [](std::uint32_t value) { return static_cast<char>('0' + value % 10); };
  if (number >= 100) add(digit(number / 100));
  if (number >= 10) add(digit(number / 10));
  add(digit(number));
  for (const char character : {' ', 'm', 's'}) add(character);
  return time;
}

constexpr auto short_times = [] {
  std::array<ShortTime, short_times_count> times{};
  std::uint32_t number = 0;
  for (ShortTime& time : times) time = short_time_of(number++);
  return times;
}();

}  // namespace

std::string whole_milliseconds(Duration duration) {
  return fmt::format_int(rounded<std::chrono::milliseconds>(duration)).str();
}

const ShortTime* short_whole_milliseconds(Duration duration) {
  constexpr Duration half = std::chrono::microseconds(500);
  constexpr Duration end = std::chrono::milliseconds(short_times.size()) - half;
  if (duration < -half || duration >= end) return nullptr;
  // By one division of 32 bits.
  constexpr std::uint32_t in_one = 1'000'000;  // nanoseconds
  return &short_times[static_cast<std::uint32_t>((duration + half).count()) / in_one];
}

void append_whole_milliseconds(std::string& text, Duration duration) {
  if (const ShortTime* time = short_whole_milliseconds(duration)) {
    text.append(time->text.data(), time->length);
  } else {
    text += whole_milliseconds(duration) + " ms";
  }
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
