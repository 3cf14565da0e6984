#pragma once

#include <tracetcp/address.hpp>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tracetcp::sim {

/// One value of a TOML document, which knows where it stands. Reading it as something that it is
/// not throws UsageError: "FILE:LINE:COLUMN: KEY: what is wrong, what is allowed".
class Node {
 public:
  enum class Kind : std::uint8_t { boolean, integer, real, text, list, table, moment };

  /// Reads a whole document. `origin` is the file's name in messages.
  static Node parse(const std::string& text, const std::string& origin);

  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] bool is(Kind kind) const { return kind_ == kind; }
  [[nodiscard]] bool is_number() const { return is(Kind::integer) || is(Kind::real); }

  [[nodiscard]] bool boolean() const;
  [[nodiscard]] std::int64_t integer(std::int64_t least, std::int64_t most) const;
  [[nodiscard]] double number(double least, double most) const;
  [[nodiscard]] const std::string& text() const;
  [[nodiscard]] Address address() const;
  /// The elements of a list.
  [[nodiscard]] std::span<const Node> items() const;
  /// The elements of a list; anything else is a list of one.
  [[nodiscard]] std::span<const Node> one_or_more() const;

  /// The value of a table's key; nullptr: not there.
  [[nodiscard]] const Node* find(std::string_view key) const;
  /// The same, but fails where the key is not there.
  [[nodiscard]] const Node& need(std::string_view key) const;
  /// The key under which this stands in its table.
  [[nodiscard]] const std::string& key() const { return key_; }
  /// The values of a table in the order of their keys.
  [[nodiscard]] std::span<const Node> members() const;
  /// Fails where a table has other keys than these.
  void allow_only(std::span<const std::string_view> keys) const;

  /// Line of the file, from 1 on.
  [[nodiscard]] std::uint32_t line() const { return line_; }

  [[noreturn]] void fail(const std::string& what) const;

 private:
  friend class TomlConverter;

  Kind kind_ = Kind::table;
  bool boolean_ = false;
  std::int64_t integer_ = 0;
  double real_ = 0;
  std::string text_;
  std::vector<Node> children_;  ///< of a list or a table
  std::string key_;             ///< "drop"
  std::string path_;            ///< "router.edge.drop"
  std::uint32_t line_ = 0;
  std::uint32_t column_ = 0;
  std::shared_ptr<const std::string> origin_;
};

/// ", did you mean ...?" with the name nearest to `wanted`, where one is near; else "".
std::string did_you_mean(std::string_view wanted, std::span<const std::string_view> names);

/// The text for a message of one line: control characters, which may be in keys and texts, become
/// "?".
std::string one_line(std::string text);

/// "a, b, c"
std::string listed(std::span<const std::string_view> names);

}  // namespace tracetcp::sim
