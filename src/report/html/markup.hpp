#pragma once

#include <tracetcp/time.hpp>

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>

namespace tracetcp::html {

/// HTML under construction. Only what stands in the source as a string literal is markup; all that
/// comes from elsewhere, such as names of hosts, is text and is escaped.
class Markup {
 public:
  /// An array whose size is known is a literal: markup as it stands.
  template <std::size_t N>
  Markup& operator<<(const char (&literal)[N]) {
    html_.append(literal, N - 1);
    return *this;
  }
  /// Text, for elements and for attribute values in double quotes.
  Markup& operator<<(std::string_view text);
  template <std::integral Number>
  Markup& operator<<(Number number) {
    html_ += std::to_string(number);
    return *this;
  }
  Markup& operator<<(const Markup& part) {
    html_ += part.html_;
    return *this;
  }

  /// Adds what is made for its place and is known to need no escapes: CSS, base64.
  Markup& add_verbatim(std::string_view html) {
    html_ += html;
    return *this;
  }

  [[nodiscard]] bool empty() const { return html_.empty(); }
  [[nodiscard]] std::size_t size() const { return html_.size(); }
  [[nodiscard]] const std::string& html() const { return html_; }

 private:
  std::string html_;
};

/// The text as it may stand in HTML: markup characters as references; what is not UTF-8, and
/// control characters, which HTML forbids, as U+FFFD.
std::string escaped(std::string_view text);

/// As many digits as help a reader: "0.31 ms", "9.4 ms", "170 ms".
std::string short_time(Duration duration);

/// "2026-11-22 09:00:00 UTC".
std::string readable_time(TimePoint time);

/// The first letter in upper case.
std::string capitalized(std::string text);

/// The first `most` characters (UTF-8); the last is "…" where some are left out.
std::string shortened(const std::string& text, std::size_t most);

/// RFC 4648, section 4.
std::string base64(std::string_view bytes);

}  // namespace tracetcp::html
