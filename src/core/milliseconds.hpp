#pragma once

#include <tracetcp/time.hpp>

#include <array>
#include <cstdint>
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

/// The same where it has up to three digits: of eight bytes that can be copied at one go the first
/// `length` are the text.
struct ShortTime {
  std::array<char, 7> text;
  std::uint8_t length;
};
/// nullptr: it has more digits, or a sign.
const ShortTime* short_whole_milliseconds(Duration duration);

/// Three decimals, rounded to nearest: "170.042".
std::string precise_milliseconds(Duration duration);

/// Two decimals, rounded down, for what is less than 1 ms: "0.31".
std::string fine_milliseconds(Duration duration);

}  // namespace tracetcp
