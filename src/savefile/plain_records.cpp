#include "savefile/plain_records.hpp"

#include "platform/files.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace tracetcp {
namespace {

constexpr std::size_t file_header_size = 24;
constexpr std::uint32_t magic_of_microseconds = 0xa1b2c3d4;
constexpr std::uint32_t magic_of_nanoseconds = 0xa1b23c4d;

/// As much as the caches next to the processor hold beside all else.
constexpr std::size_t usual_buffer = std::size_t{1} << 16;

template <class Int>
Int in_own_order(const std::uint8_t* bytes) {
  Int value{};
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

}  // namespace

std::optional<PlainRecords> PlainRecords::in(int file, std::size_t most_captured) {
  std::array<std::uint8_t, 8> start{};
  constexpr std::ptrdiff_t all = start.size();
  if (!is_regular(file) || read_at(file, start.data(), start.size(), 0) != all) {
    return std::nullopt;
  }
  const auto magic = in_own_order<std::uint32_t>(start.data());
  const bool is_version_2_4 = in_own_order<std::uint16_t>(start.data() + 4) == 2 &&
                              in_own_order<std::uint16_t>(start.data() + 6) == 4;
  if ((magic != magic_of_microseconds && magic != magic_of_nanoseconds) || !is_version_2_4) {
    return std::nullopt;
  }
  constexpr std::size_t longest = 262'144;  // what libpcap believes a record may hold
  return PlainRecords(file, std::min(most_captured, longest), magic == magic_of_nanoseconds);
}

PlainRecords::PlainRecords(int file, std::size_t most_captured, bool nanoseconds)
    : file_(file),
      most_captured_(most_captured),
      parts_(nanoseconds ? 1'000'000'000 : 1'000'000),
      parts_length_(nanoseconds ? 1 : 1000),
      buffer_(usual_buffer),
      buffer_offset_(file_header_size) {}

bool PlainRecords::fill(std::size_t count) {
  std::copy(buffer_.data() + at_, buffer_.data() + filled_, buffer_.data());
  filled_ -= at_;
  buffer_offset_ += at_;
  at_ = 0;
  if (count > buffer_.size()) buffer_.resize(count);
  while (filled_ < count) {
    const auto got = read_at(file_, buffer_.data() + filled_, buffer_.size() - filled_,
                             buffer_offset_ + filled_);
    if (got <= 0) return false;
    filled_ += static_cast<std::size_t>(got);
  }
  return true;
}

}  // namespace tracetcp
