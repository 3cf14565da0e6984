#pragma once

#include "report/terminal/painted.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

namespace tracetcp::terminal {

/// A row as the standard report has it, "1<TAB>1 ms<TAB>*<TAB>192.0.2.1<TAB>[a.example]<TAB>AS64500
/// Example", taken apart: so a terminal says what a pipe says.
struct Row {
  struct Responder {
    std::string_view address;
    std::string_view name;  ///< in brackets; empty: not known
  };

  std::string_view ttl;
  std::vector<std::string_view> times;  ///< "1 ms", "*"
  std::vector<Responder> responders;
  std::vector<std::string_view> remarks;  ///< all else
  std::string_view network;               ///< empty: the line names none

  /// Views of the line, which must be a row.
  explicit Row(std::string_view line);

  /// Whether a line is one: it begins with a TTL and a tab.
  static bool is_row(std::string_view line);
};

/// Where columns begin; the last ends with the terminal.
struct Columns {
  std::size_t width;  ///< of the terminal, at least 40
  std::size_t ttl;    ///< the widths of columns
  std::size_t time;   ///< likewise, each
  std::size_t times;  ///< how many there usually are

  /// How many times have room on a line, beside an address.
  [[nodiscard]] std::size_t most_times() const;
  [[nodiscard]] std::size_t begin_of_address() const;
  [[nodiscard]] std::size_t begin_of_name() const;
  [[nodiscard]] std::size_t begin_of_network() const;
};

/// What the cells of a row mean.
struct RowMeaning {
  std::vector<Meaning> times;  ///< of each; those beyond are plain
  Meaning remarks = Meaning::plain;
};

/// The row in columns, on as many lines as it needs, none of which is wider than the terminal.
std::vector<Painted> in_columns(const Row& row, const Columns& columns, const RowMeaning& meaning);

}  // namespace tracetcp::terminal
