#pragma once

#include <tracetcp/address.hpp>

#include <array>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace tracetcp {

/// Adds one JSON value (RFC 8259) to a text, without blanks: a capture may hold millions of traces,
/// and a tree of each costs more than all that is written. The text is complete where the writer is
/// gone.
///
///   json.begin_object(); json.key("port"); json.add(80); json.end_object();
class JsonWriter {
 public:
  explicit JsonWriter(std::string& text) : text_(text) {}
  ~JsonWriter() { spill(); }
  JsonWriter(const JsonWriter&) = delete;
  JsonWriter& operator=(const JsonWriter&) = delete;

  void begin_object() { begin('{'); }
  void end_object() { end('}'); }
  void begin_array() { begin('['); }
  void end_array() { end(']'); }

  /// One that needs no escapes.
  void key(std::string_view name);

  /// What is not UTF-8 in it is replaced.
  void add(std::string_view value);
  void add(const char* value) { add(std::string_view(value)); }
  void add(bool value);
  void add(double value);
  void add(Address value);
  template <std::integral Int>
  void add(Int value) {
    add_number(static_cast<std::int64_t>(value));
  }

  /// A value that is JSON already.
  void add_json(std::string_view value);

  void add_null();
  void add_null(std::string_view name);
  template <class Value>
  void add(std::string_view name, const Value& value) {
    key(name);
    add(value);
  }

 private:
  void begin(char bracket);
  void end(char bracket);
  void separate() {
    if (!is_first_) put(',');
    is_first_ = false;
  }
  void add_number(std::int64_t value);

  void put(char c) {
    make_room(1);
    buffer_[used_++] = c;
  }
  void put(std::string_view piece);
  /// At most as many as fit into the buffer.
  void make_room(std::size_t bytes) {
    if (buffer_.size() - used_ < bytes) spill();
  }
  void spill();

  std::string& text_;
  /// Many small pieces: to add each of them to the text would cost more than to make it.
  std::array<char, 1024> buffer_;
  std::size_t used_ = 0;
  bool is_first_ = true;  ///< nothing precedes what comes next on its level
};

}  // namespace tracetcp
