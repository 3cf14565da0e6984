#include "report/html/outlook.hpp"
#include "report/html/sections.hpp"
#include "report/port_fates.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace tracetcp::html {
namespace {

/// Rows beyond are shown by their outcome only.
constexpr std::size_t most_rows = 300;

/// The class of a mark's cell, and its words for who can't see where it stands.
struct Cell {
  const char* style;
  const char* words;
};

Cell cell_of(char mark) {
  switch (mark) {
    case '.':
      return {"m-hop", "answers"};
    case 'O':
      return {"m-good", "open"};
    case 'P':
      return {"m-warn", "accepted, not by the target as far as is known"};
    case 'C':
      return {"m-plain", "closed"};
    case 'R':
      return {"m-bad", "reset on the way"};
    case 'X':
      return {"m-bad", "rejected"};
    case '?':
      return {"m-warn", "not asked, as far as was seen"};
    default:
      return {"m-none", "silent"};
  }
}

/// The hops' numbers that the rows have in common.
struct Columns {
  int first = 255;
  int last = 0;
};

Columns columns_of(const Page& page) {
  Columns columns;
  for (const PageTrace& one : page.traces) {
    for (const Hop& hop : one.trace.path()) {
      if (hop_mark(one.trace, hop) == '*' && hop.ttl.value > columns.last) continue;
      columns.first = std::min(columns.first, int{hop.ttl.value});
      columns.last = std::max(columns.last, int{hop.ttl.value});
    }
  }
  return columns;
}

void add_matrix_row(Markup& to, const Source& from, std::size_t index, const Columns& columns) {
  const PageTrace& one = from.page.traces[index];
  const Trace& trace = one.trace;
  to << "<tr><th scope=\"row\">";
  const bool linked = from.links.is_shown(index) && !trace.hops.empty();
  if (linked) to << "<a href=\"#" << Links::of_trace(index) << "\">";
  to << (has_several_targets(from.page) ? target_text(trace)
                                        : std::to_string(trace.target.port.value));
  if (linked) to << "</a>";
  to << "</th>";
  int ttl = columns.first;
  for (const Hop& hop : trace.path()) {
    if (hop.ttl.value > columns.last) break;
    for (; ttl < hop.ttl.value; ++ttl) to << "<td></td>";
    const char mark = hop_mark(trace, hop);
    const Cell cell = cell_of(mark);
    to << "<td class=\"" << cell.style << "\" title=\"hop " << ttl << ": " << cell.words << "\">"
       << std::string_view(&mark, 1) << "</td>";
    ++ttl;
    if (is_path_end(trace, hop)) break;
  }
  for (; ttl <= columns.last; ++ttl) to << "<td></td>";
  to << "<td class=\"fate " << class_of(tone_of(trace)) << "\"><span>" << short_verdict(trace)
     << "</span>";
  if (one.is_control) to << " (to compare with)";
  to << "</td></tr>";
}

void add_table(Markup& to, const Source& from) {
  const Columns columns = columns_of(from.page);
  const std::size_t rows = std::min(from.page.traces.size(), most_rows);
  to << "<p class=\"legend\">One row a port, one column a hop: <b>.</b> answers, <b>*</b> silent, "
        "<b>O</b> open, <b>P</b> proxy, <b>C</b> closed, <b>R</b> reset on the way, <b>X</b> "
        "rejected, <b>?</b> not asked.</p><div "
        "class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Ports by hops\"><table "
        "class=\"matrix\"><thead><tr><th scope=\"col\">Port</th>";
  for (int ttl = columns.first; ttl <= columns.last; ++ttl) {
    to << "<th scope=\"col\">" << ttl << "</th>";
  }
  to << "<th scope=\"col\">Verdict</th></tr></thead><tbody>";
  for (std::size_t i = 0; i < rows; ++i) add_matrix_row(to, from, i, columns);
  to << "</tbody></table></div>";
  const std::uint64_t others = from.page.traces.size() - rows + from.page.more_traces;
  if (others > 0) {
    to << "<p class=\"left-out\">" << others << " more traces have no row here.</p>";
  }
}

/// Which ports ended in the same way.
void add_fates(Markup& to, const Page& page) {
  if (page.fates.empty()) return;
  to << "<dl class=\"fates\">";
  for (const auto& [how, ports] : page.fates) {
    to << "<dt>" << how << "</dt><dd>" << port_list(ports) << "</dd>";
  }
  to << "</dl>";
}

}  // namespace

void add_matrix(Markup& to, const Source& from) {
  if (from.page.traces.size() + from.page.more_traces < 2) return;
  to << "<section id=\"ports\"><h2>" << (has_several_targets(from.page) ? "Traces" : "Ports")
     << "</h2>";
  add_fates(to, from.page);
  if (!from.page.traces.empty()) add_table(to, from);
  to << "</section>";
}

}  // namespace tracetcp::html
