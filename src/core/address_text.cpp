#include "core/address_text.hpp"

#include <algorithm>
#include <charconv>

namespace tracetcp {
namespace {

constexpr std::size_t group_count = 8;  // of 16 bits

/// A number at the beginning of the text, which it is taken from.
std::optional<std::uint32_t> take_number(std::string_view& text, int base, std::size_t most) {
  std::uint32_t value = 0;
  const char* begin = text.data();
  const auto [end, error] =
      std::from_chars(begin, begin + std::min(text.size(), most + 1), value, base);
  const auto length = static_cast<std::size_t>(end - begin);
  if (error != std::errc{} || length > most) return std::nullopt;
  text.remove_prefix(length);
  return value;
}

/// The groups between colons, at most as many as there is room for, the last of which may be IPv4.
/// Returns how many; empty: it is not well formed.
std::optional<std::size_t> read_groups(std::string_view text,
                                       std::array<std::uint16_t, group_count>& into) {
  constexpr std::size_t longest_group = 4;
  std::size_t count = 0;
  while (!text.empty()) {
    if (count + 2 <= group_count) {
      if (const auto ipv4 = read_ipv4(text)) {
        into[count++] = static_cast<std::uint16_t>(*ipv4 >> 16);
        into[count++] = static_cast<std::uint16_t>(*ipv4 & 0xffff);
        return count;
      }
    }
    const auto group = take_number(text, 16, longest_group);
    if (!group || count == group_count) return std::nullopt;
    into[count++] = static_cast<std::uint16_t>(*group);
    if (text.empty()) return count;
    if (text.front() != ':' || text.size() == 1) return std::nullopt;
    text.remove_prefix(1);
  }
  return count;
}

/// Groups that are zero.
struct Run {
  std::size_t begin = group_count;
  std::size_t length = 0;
};

/// The first of the longest, of two groups at least.
Run longest_zeros(const std::array<std::uint16_t, group_count>& words) {
  Run best{.begin = group_count, .length = 1};
  Run run;
  for (std::size_t i = 0; i < group_count; ++i) {
    if (words[i] != 0) {
      run = {};
      continue;
    }
    if (run.length == 0) run.begin = i;
    ++run.length;
    if (run.length > best.length) best = run;
  }
  return best.begin == group_count ? Run{} : best;
}

}  // namespace

std::optional<std::uint32_t> read_ipv4(std::string_view text) {
  constexpr std::size_t longest_part = 3;
  std::uint32_t number = 0;
  for (int part = 0; part < 4; ++part) {
    if (part > 0) {
      if (text.empty() || text.front() != '.') return std::nullopt;
      text.remove_prefix(1);
    }
    const bool begins_with_zero = text.starts_with('0');
    const std::size_t before = text.size();
    const auto value = take_number(text, 10, longest_part);
    if (!value || *value > 255) return std::nullopt;
    if (begins_with_zero && before - text.size() > 1) return std::nullopt;
    number = number << 8 | *value;
  }
  return text.empty() ? std::optional(number) : std::nullopt;
}

std::optional<std::array<std::uint8_t, 16>> read_ipv6(std::string_view text) {
  std::array<std::uint16_t, group_count> words{};
  std::array<std::uint16_t, group_count> last{};
  const auto gap = text.find("::");
  const auto count = read_groups(text.substr(0, gap), words);
  if (!count) return std::nullopt;
  if (gap == std::string_view::npos) {
    if (*count != group_count) return std::nullopt;
  } else {
    const auto behind = read_groups(text.substr(gap + 2), last);
    const bool has_ipv4_before = text.substr(0, gap).find('.') != std::string_view::npos;
    if (!behind || has_ipv4_before || *count + *behind >= group_count) return std::nullopt;
    std::copy_n(last.begin(), *behind, words.end() - static_cast<std::ptrdiff_t>(*behind));
  }
  std::array<std::uint8_t, 16> bytes{};
  for (std::size_t i = 0; i < group_count; ++i) {
    bytes[2 * i] = static_cast<std::uint8_t>(words[i] >> 8);
    bytes[2 * i + 1] = static_cast<std::uint8_t>(words[i] & 0xff);
  }
  return bytes;
}

char* write_ipv4(char* end, std::uint32_t number) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    const std::uint32_t part = number >> shift & 0xff;
    if (part >= 100) *end++ = static_cast<char>('0' + part / 100);
    if (part >= 10) *end++ = static_cast<char>('0' + part / 10 % 10);
    *end++ = static_cast<char>('0' + part % 10);
    if (shift > 0) *end++ = '.';
  }
  return end;
}

char* write_ipv6(char* end, std::span<const std::uint8_t> bytes) {
  std::array<std::uint16_t, group_count> words{};
  for (std::size_t i = 0; i < group_count; ++i) {
    words[i] = static_cast<std::uint16_t>(bytes[2 * i] << 8 | bytes[2 * i + 1]);
  }
  const Run zeros = longest_zeros(words);
  constexpr std::size_t ipv4_at = 6;
  const bool ends_as_ipv4 =
      zeros.begin == 0 &&
      (zeros.length == ipv4_at || (zeros.length == ipv4_at - 1 && words[ipv4_at - 1] == 0xffff));
  for (std::size_t i = 0; i < group_count; ++i) {
    if (i == zeros.begin) {
      *end++ = ':';
      if (i + zeros.length == group_count) *end++ = ':';
      i += zeros.length - 1;
      continue;
    }
    if (i > 0) *end++ = ':';
    if (i == ipv4_at && ends_as_ipv4) {
      return write_ipv4(end, std::uint32_t{words[i]} << 16 | words[i + 1]);
    }
    end = std::to_chars(end, end + 4, words[i], 16).ptr;
  }
  return end;
}

}  // namespace tracetcp
