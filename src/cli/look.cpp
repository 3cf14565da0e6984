#include "cli/look.hpp"

#include "cli/reports.hpp"
#include "platform/terminal.hpp"

#include <charconv>
#include <cstdlib>
#include <string_view>

namespace tracetcp::cli {
namespace {

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// Where nothing says how wide a line may be.
constexpr std::size_t any_width = 10'000;

std::size_t width_by_variable() {
  const std::string_view text = variable("COLUMNS");
  std::size_t columns = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), columns);
  return end.ec == std::errc() && columns > 0 ? columns : any_width;
}

/// What is passing needs room for the line that says what is waited for, and one below the last.
std::size_t open_lines_in(const TerminalSize& size) {
  constexpr std::size_t others = 2;
  return size.rows > others ? size.rows - others : 0;
}

}  // namespace

std::optional<Look> look_for(const Options& options) {
  if (options.format != Format::standard) return std::nullopt;
  const bool is_forced = options.colour == Colour::always;
  const auto size = output_terminal();
  if (!size && !is_forced) return std::nullopt;
  const bool by_itself = options.colour == Colour::automatic && output_understands_sequences() &&
                         variable("NO_COLOR").empty();
  Look look{.terminal = {.has_colours = is_forced || by_itself,
                         .width = size ? size->columns : width_by_variable()}};
  if (size) {
    look.terminal.width_now = [last = size->columns] {
      const auto now = output_terminal();
      return now ? now->columns : last;
    };
  }
  // What --verbose writes to standard error would come into it, and a hop that is asked very often
  // has no room on a screen.
  constexpr int most_probes = 10;
  if (size && size->columns >= TerminalLook::least_width && output_understands_sequences() &&
      !options.verbose && options.strategy.probes_per_hop <= most_probes) {
    look.open_lines = open_lines_in(*size);
  }
  return look;
}

std::unique_ptr<Report> report_for(const Options& options, const RunInfo& info, const Names& names,
                                   const std::optional<Look>& look) {
  if (look) return std::make_unique<TerminalReport>(info, names, look->terminal);
  return report_for(options.format, info, names);
}

}  // namespace tracetcp::cli
