// A file of --json that is compared with itself, and with another that is given after a NUL.

#include "fuzz.hpp"

#include <tracetcp/compare.hpp>
#include <tracetcp/error.hpp>

#include <string>
#include <string_view>

using namespace tracetcp;

FUZZ_TARGET(recorded) {
  const std::string text(input.begin(), input.end());
  const auto end = text.find('\0');
  const std::string other = end == std::string::npos ? "" : text.substr(end + 1);
  try {
    const auto before = read_recorded(std::string_view(text).substr(0, end), "before");
    HOLDS(compare(before, before).changes.empty());
    HOLDS(compare(before, before).compared == before.size());
    const auto after = read_recorded(other, "after");
    const Comparison comparison = compare(before, after);
    for (const Change& change : comparison.changes) {
      HOLDS(!change.text.empty());
      HOLDS(!change.ports.empty());
    }
    const std::string json = comparison_json(comparison);
    HOLDS(json.find('\n') == json.size() - 1);
  } catch (const Error& error) {
    HOLDS(std::string_view(error.what()).starts_with("before, line ") ||
          std::string_view(error.what()).starts_with("after, line "));
  }
}
