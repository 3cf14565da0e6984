#pragma once

#include <string>
#include <string_view>

namespace tracetcp {

/// The texts in their order, with the separator between them. (fmt::join would have all of fmt's
/// formatting compiled into each program that uses it, where the rest of fmt is a library.)
template <class Texts>
std::string joined(const Texts& texts, std::string_view separator) {
  std::string all;
  bool first = true;
  for (const std::string_view text : texts) {
    if (!first) all += separator;
    all += text;
    first = false;
  }
  return all;
}

}  // namespace tracetcp
