#include "report/html/markup.hpp"

#include "report/json_parts.hpp"

#include <fmt/core.h>

#include <cstdint>

namespace tracetcp::html {
namespace {

unsigned byte_at(std::string_view text, std::size_t at) {
  return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
}

/// How many bytes the character at the front of `text` has; 0: it is none (RFC 3629, section 4).
std::size_t length_of_character(std::string_view text) {
  const unsigned first = byte_at(text, 0);
  const unsigned second = byte_at(text, 1);
  const auto follows = [&](std::size_t at) { return (byte_at(text, at) & 0xc0U) == 0x80U; };
  if (first < 0x80) return 1;
  if (first < 0xc2) return 0;
  if (first < 0xe0) return follows(1) ? 2 : 0;
  if (first < 0xf0) {
    const bool is_overlong = first == 0xe0 && second < 0xa0;
    const bool is_surrogate = first == 0xed && second >= 0xa0;
    return follows(1) && follows(2) && !is_overlong && !is_surrogate ? 3 : 0;
  }
  if (first > 0xf4) return 0;
  const bool is_out_of_range =
      (first == 0xf0 && second < 0x90) || (first == 0xf4 && second >= 0x90);
  return follows(1) && follows(2) && follows(3) && !is_out_of_range ? 4 : 0;
}

/// Those of C1, and the code points that are no characters, are forbidden too.
bool is_forbidden(std::string_view character) {
  const unsigned first = byte_at(character, 0);
  if (character.size() == 1)
    return (first < 0x20 && first != '\n' && first != '\t') || first == 0x7f;
  if (character.size() == 2) return first == 0xc2 && byte_at(character, 1) < 0xa0;
  const bool ends_plane = (byte_at(character, character.size() - 1) | 1U) == 0xbfU &&
                          byte_at(character, character.size() - 2) == 0xbfU;
  if (character.size() == 3) {
    const bool is_block = first == 0xef && byte_at(character, 1) == 0xb7 &&
                          byte_at(character, 2) >= 0x90 && byte_at(character, 2) <= 0xaf;
    return is_block || (first == 0xef && ends_plane);
  }
  return ends_plane && (byte_at(character, 1) & 0x0fU) == 0x0fU;
}

constexpr std::string_view replacement = "\xef\xbf\xbd";  // U+FFFD

std::string_view reference(char character) {
  switch (character) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return "";
  }
}

}  // namespace

Markup& Markup::operator<<(std::string_view text) {
  html_ += escaped(text);
  return *this;
}

std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = length_of_character(text);
    const std::string_view character = text.substr(0, length == 0 ? 1 : length);
    const std::string_view as_reference = reference(character.front());
    if (!as_reference.empty()) {
      out += as_reference;
    } else if (length == 0 || is_forbidden(character)) {
      out += replacement;
    } else {
      out += character;
    }
    text.remove_prefix(character.size());
  }
  return out;
}

std::string short_time(Duration duration) {
  const double ms = std::chrono::duration<double, std::milli>(duration).count();
  if (ms < 0.995) return fmt::format("{:.2f} ms", ms);
  return ms < 9.95 ? fmt::format("{:.1f} ms", ms) : fmt::format("{:.0f} ms", ms);
}

std::string readable_time(TimePoint time) {
  constexpr std::size_t to_seconds = 19;  // 2026-11-22T09:00:00
  std::string text = timestamp(time).substr(0, to_seconds);
  text[text.find('T')] = ' ';
  return text + " UTC";
}

std::string capitalized(std::string text) {
  if (!text.empty() && text.front() >= 'a' && text.front() <= 'z') {
    text.front() = static_cast<char>(text.front() - 'a' + 'A');
  }
  return text;
}

std::string shortened(const std::string& text, std::size_t most) {
  std::size_t characters = 0;
  std::size_t end = 0;  // of the last character that stays if some are left out
  for (std::size_t at = 0; at < text.size();) {
    if (characters + 1 == most) end = at;
    const std::size_t length = length_of_character(std::string_view(text).substr(at));
    at += length == 0 ? 1 : length;
    if (++characters > most) return text.substr(0, end) + "…";
  }
  return text;
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::uint32_t group =
        byte_at(bytes, at) << 16U | byte_at(bytes, at + 1) << 8U | byte_at(bytes, at + 2);
    const std::size_t given = bytes.size() - at;
    out += digits[group >> 18U];
    out += digits[group >> 12U & 63U];
    out += given > 1 ? digits[group >> 6U & 63U] : '=';
    out += given > 2 ? digits[group & 63U] : '=';
  }
  return out;
}

}  // namespace tracetcp::html
