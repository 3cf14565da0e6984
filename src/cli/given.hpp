#pragma once

#include "cli/option_table.hpp"
#include "cli/values.hpp"

#include <tracetcp/error.hpp>

#include <fmt/core.h>

#include <cstdint>
#include <cxxopts.hpp>
#include <string>
#include <vector>

namespace tracetcp::cli {

/// What was given, by long name. cxxopts keeps the values as text: its own number readers accept
/// hexadecimal and name neither the option nor the range.
class Given {
 public:
  explicit Given(const cxxopts::ParseResult& result) : result_(result) {}

  [[nodiscard]] bool has(const std::string& long_name) const {
    return result_.count(long_name) > 0;
  }
  [[nodiscard]] std::string text(const std::string& long_name) const {
    return result_[long_name].as<std::string>();
  }
  [[nodiscard]] std::uint64_t number(const std::string& long_name, const Range& range) const {
    return read_number(label(long_name), text(long_name), range);
  }
  [[nodiscard]] const std::vector<std::string>& hosts() const { return result_.unmatched(); }

  [[nodiscard]] static std::string label(const std::string& long_name) {
    return find_option(long_name)->label();
  }

 private:
  cxxopts::ParseResult result_;
};

/// `words`: as expand_classic() has them. Throws UsageError.
Given read_given(const std::vector<std::string>& words);

/// One of several words, or a UsageError that lists them.
template <class Value>
Value choose(const Given& given, const std::string& long_name, const std::vector<Value>& values) {
  const std::string text = given.text(long_name);
  std::string allowed;
  for (const Value value : values) {
    if (name(value) == text) return value;
    allowed += fmt::format("{}{}", allowed.empty() ? "" : " or ", name(value));
  }
  throw UsageError(
      fmt::format("{}: {} is unknown; give {}", given.label(long_name), quoted(text), allowed));
}

}  // namespace tracetcp::cli
