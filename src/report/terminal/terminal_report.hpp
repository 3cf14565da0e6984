#pragma once

#include "report/terminal/row.hpp"

#include <tracetcp/report.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tracetcp {

/// How a terminal is to be written to.
struct TerminalLook {
  bool has_colours = false;
  std::size_t width = 80;  ///< columns; no line is longer
  /// The same, asked before each line, as a window may change its size; empty: it does not.
  std::function<std::size_t()> width_now{};

  static constexpr std::size_t least_width = 40;  ///< lines may be so long on any terminal

  [[nodiscard]] std::size_t usable_width() const {
    return std::max(least_width, width_now ? width_now() : width);
  }
};

/// The standard report for people: its lines, in columns as wide as the terminal has room for, and
/// in colours that say what matters. The row of the target has all its times at the end.
class TerminalReport final : public Report {
 public:
  TerminalReport(const RunInfo& info, const Names& names, TerminalLook look);

  void add_begin(std::string& text, const Trace& trace) const override;
  void add_hop(std::string& text, const Trace& trace, const Hop& hop) const override;
  void add_answer(std::string& text, const Trace& trace) const override;
  void add_end(std::string& text, const Trace& trace, const RunCounts& counts) const override;

  /// The hop's row as it is so far, in lines that do not count as printed. Until it is settled
  /// answers may still come.
  void add_open_hop(std::string& text, const Trace& trace, const Hop& hop, bool is_settled) const;

  /// What does not matter any more once it is over, such as what is being waited for: one line
  /// without an end.
  [[nodiscard]] std::string passing(std::string_view sentence) const;

 private:
  void add_rows(std::string& text, const Trace& trace, std::string_view lines) const;
  [[nodiscard]] terminal::Columns columns_for(const Trace& trace) const;
  void add_lines(std::string& text, const std::vector<terminal::Painted>& lines) const;
  [[nodiscard]] std::string times_of_end(const Trace& trace) const;
  [[nodiscard]] std::vector<terminal::Painted> end_row(const Trace& trace,
                                                       std::string_view line) const;

  const RunInfo info_;
  const Names& names_;
  const std::unique_ptr<Report> plain_;
  const TerminalLook look_;
};

/// Lines of text that are no rows, such as what was found of all ports.
void add_terminal_sentences(std::string& text, std::string_view lines, const TerminalLook& look);

}  // namespace tracetcp
