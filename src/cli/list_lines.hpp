#pragma once

#include <tracetcp/error.hpp>

#include <fmt/core.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tracetcp::cli {

/// The words of a line of a list, without a comment: "#" begins one where a line or a word begins.
inline std::vector<std::string_view> words_of(std::string_view line) {
  constexpr std::string_view blanks = " \t\r\f\v";
  std::vector<std::string_view> words;
  while (true) {
    const auto begin = line.find_first_not_of(blanks);
    if (begin == std::string_view::npos || line[begin] == '#') return words;
    line.remove_prefix(begin);
    const auto end = line.find_first_of(blanks);
    words.push_back(line.substr(0, end));
    if (end == std::string_view::npos) return words;
    line.remove_prefix(end);
  }
}

/// What some editors begin a text in UTF-8 with.
inline constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

/// Calls `read` with the words of a line and its number; a UsageError that it throws gets the name
/// of the list, `origin`, and the number in front.
template <class Read>
void read_line(const std::vector<std::string_view>& words, std::size_t line,
               const std::string& origin, Read read) {
  try {
    read(words, line);
  } catch (const UsageError& error) {
    throw UsageError(fmt::format("{}, line {}: {}", origin, line, error.what()));
  }
}

/// The same for each line of a list that is not empty.
template <class Read>
void read_lines(std::string_view list, const std::string& origin, Read read) {
  if (list.starts_with(byte_order_mark)) list.remove_prefix(byte_order_mark.size());
  for (std::size_t line = 1; !list.empty(); ++line) {
    const auto end = list.find('\n');
    const auto words = words_of(list.substr(0, end));
    list.remove_prefix(end == std::string_view::npos ? list.size() : end + 1);
    if (!words.empty()) read_line(words, line, origin, read);
  }
}

}  // namespace tracetcp::cli
