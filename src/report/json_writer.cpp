#include "report/json_writer.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace tracetcp {
namespace {

bool is_plain(char c) {
  return c >= ' ' && c <= '~' && c != '"' && c != '\\';
}

}  // namespace

void JsonWriter::spill() {
  text_.append(buffer_.data(), used_);
  used_ = 0;
}

void JsonWriter::put(std::string_view piece) {
  make_room(piece.size());
  if (piece.size() > buffer_.size()) {
    text_ += piece;
    return;
  }
  std::memcpy(buffer_.data() + used_, piece.data(), piece.size());
  used_ += piece.size();
}

void JsonWriter::begin(char bracket) {
  separate();
  put(bracket);
  is_first_ = true;
}

void JsonWriter::end(char bracket) {
  put(bracket);
  is_first_ = false;
}

void JsonWriter::key(std::string_view name) {
  separate();
  put('"');
  put(name);
  put('"');
  put(':');
  is_first_ = true;
}

void JsonWriter::add(std::string_view value) {
  separate();
  if (std::all_of(value.begin(), value.end(), is_plain)) {
    put('"');
    put(value);
    put('"');
  } else {
    const auto replace = nlohmann::json::error_handler_t::replace;
    put(nlohmann::json(value).dump(-1, ' ', false, replace));
  }
}

void JsonWriter::add_json(std::string_view value) {
  separate();
  put(value);
}

void JsonWriter::add(bool value) {
  separate();
  put(value ? "true" : "false");
}

void JsonWriter::add(Address value) {
  separate();
  put('"');
  make_room(Address::longest_text);
  used_ = static_cast<std::size_t>(write_to(buffer_.data() + used_, value) - buffer_.data());
  put('"');
}

void JsonWriter::add_null() {
  separate();
  put("null");
}

void JsonWriter::add_null(std::string_view name) {
  key(name);
  add_null();
}

/// The fewest digits that read as the same number, as nlohmann::json lays them out: with an
/// exponent where zeros would fill them up, and always with a fraction else.
void JsonWriter::add(double value) {
  separate();
  constexpr double least_fixed = 1e-4;
  constexpr double least_scientific = 1e15;
  const double size = std::abs(value);
  const bool is_fixed = size == 0 || (size >= least_fixed && size < least_scientific);
  constexpr std::size_t longest = 64;
  make_room(longest);
  char* const start = buffer_.data() + used_;
  const auto format = is_fixed ? std::chars_format::fixed : std::chars_format::scientific;
  const char* const end = std::to_chars(start, start + longest, value, format).ptr;
  used_ += static_cast<std::size_t>(end - start);
  if (is_fixed && std::find(start, buffer_.data() + used_, '.') == buffer_.data() + used_)
    put(".0");
}

void JsonWriter::add_number(std::int64_t value) {
  separate();
  const fmt::format_int number(value);
  put(std::string_view(number.data(), number.size()));
}

}  // namespace tracetcp
