#include "report/json_writer.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace tracetcp {
namespace {

bool is_plain(char c) {
  return c >= ' ' && c <= '~' && c != '"' && c != '\\';
}

}  // namespace

void JsonWriter::separate() {
  if (!is_first_) text_ += ',';
  is_first_ = false;
}

void JsonWriter::begin(char bracket) {
  separate();
  text_ += bracket;
  is_first_ = true;
}

void JsonWriter::end(char bracket) {
  text_ += bracket;
  is_first_ = false;
}

void JsonWriter::key(std::string_view name) {
  separate();
  text_ += '"';
  text_ += name;
  text_ += "\":";
  is_first_ = true;
}

void JsonWriter::add(std::string_view value) {
  separate();
  if (std::all_of(value.begin(), value.end(), is_plain)) {
    text_ += '"';
    text_ += value;
    text_ += '"';
  } else {
    const auto replace = nlohmann::json::error_handler_t::replace;
    text_ += nlohmann::json(value).dump(-1, ' ', false, replace);
  }
}

void JsonWriter::add(bool value) {
  separate();
  text_ += value ? "true" : "false";
}

void JsonWriter::add_null(std::string_view name) {
  key(name);
  separate();
  text_ += "null";
}

/// The digits that nlohmann::json writes, so that both write the same.
void JsonWriter::add(double value) {
  separate();
  std::array<char, 64> buffer{};
  const char* end = nlohmann::detail::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  text_.append(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
}

void JsonWriter::add_number(std::int64_t value) {
  separate();
  const fmt::format_int number(value);
  text_.append(number.data(), number.size());
}

}  // namespace tracetcp
