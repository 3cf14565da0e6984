#pragma once

#include "cli/options.hpp"
#include "report/terminal/terminal_report.hpp"

#include <cstddef>
#include <memory>
#include <optional>

namespace tracetcp::cli {

/// How the report is to look to a person.
struct Look {
  TerminalLook terminal;
  /// How many lines may be written anew while answers come; 0: none.
  std::size_t open_lines = 0;
};

/// Empty: standard output is no terminal, or the report is made for programs. With --color always
/// it counts as a terminal, as wide as $COLUMNS says, else without a limit. Colours are left out
/// where the variable NO_COLOR is set (no-color.org) and on a terminal of the kind "dumb".
std::optional<Look> look_for(const Options& options);

/// The report that the options ask for; `look` as look_for() has it.
std::unique_ptr<Report> report_for(const Options& options, const RunInfo& info, const Names& names,
                                   const std::optional<Look>& look);

}  // namespace tracetcp::cli
