#include "names/safe_name.hpp"

#include <algorithm>

namespace tracetcp {

namespace {

/// Not isalnum(): that depends on the locale.
bool is_safe(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.';
}

}  // namespace

std::string safe_name(std::string_view name) {
  constexpr std::size_t longest = 253;
  std::string safe(name.substr(0, longest));
  std::replace_if(
      safe.begin(), safe.end(), [](char c) { return !is_safe(c); }, '?');
  return safe;
}

std::string safe_text(std::string_view text) {
  constexpr std::size_t longest = 100;
  std::string safe;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool goes_on = (byte & 0xc0) == 0x80;  // of the character before (RFC 3629, section 3)
    if (goes_on) continue;
    if (safe.size() == longest) break;
    safe += byte >= 0x20 && byte < 0x7f ? c : '?';
  }
  return safe;
}

}  // namespace tracetcp
