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

}  // namespace tracetcp
