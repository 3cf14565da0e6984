#include "report/html/outlook.hpp"
#include "report/html/sections.hpp"

#include <tracetcp/diagnose.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace tracetcp::html {
namespace {

/// From 0 to the longest time; places in percent of the width.
class Scale {
 public:
  explicit Scale(Duration longest) : most_(std::max(in_ms(longest), 0.001) * 1.04) {}

  [[nodiscard]] std::string place(double ms) const {
    constexpr double margin = 1.5;  // percent, for half a dot
    return fmt::format("{:.1f}%", margin + ms / most_ * (100 - 2 * margin));
  }
  [[nodiscard]] std::string place(Duration rtt) const { return place(in_ms(rtt)); }

  /// Round numbers: 1, 2 or 5 times a power of ten apart, at most five of them.
  [[nodiscard]] std::vector<double> ticks() const {
    const double power = std::pow(10.0, std::floor(std::log10(most_)));
    double step = power;
    for (const double part : {0.2, 0.5, 1.0}) {
      step = power * part;
      if (most_ / step <= 5) break;
    }
    std::vector<double> marks;
    for (int i = 0; i * step < most_; ++i) marks.push_back(i * step);
    return marks;
  }

 private:
  static double in_ms(Duration duration) {
    return std::chrono::duration<double, std::milli>(duration).count();
  }

  double most_;
};

/// The rows of a trace: its path, but nothing behind the last answer if the rest is silent.
std::size_t rows_of(const Trace& trace) {
  const auto path = trace.path();
  std::size_t count = path.size();
  while (count > 0 && std::all_of(path[count - 1].probes.begin(), path[count - 1].probes.end(),
                                  [](const ProbeRecord& probe) { return probe.replies.empty(); })) {
    --count;
  }
  return count;
}

Duration longest_of(const Trace& trace) {
  Duration longest{};
  for (const Hop& hop : trace.path()) {
    if (const auto rtt = rtt_statistics(hop)) longest = std::max(longest, rtt->most);
  }
  return longest;
}

void add_gridlines(Markup& to, const Scale& scale) {
  for (const double tick : scale.ticks()) {
    const std::string x = scale.place(tick);
    to << "<line class=\"grid\" x1=\"" << x << "\" x2=\"" << x << "\" y1=\"0\" y2=\"100%\"/>";
  }
}

void add_dots(Markup& to, const Hop& hop, const Scale& scale) {
  to << "<svg class=\"dots\" height=\"22\" role=\"img\" aria-label=\"round-trip times of hop "
     << hop.ttl.value << "\">";
  add_gridlines(to, scale);
  constexpr std::size_t most_dots = 100;
  constexpr std::array heights{11, 7, 15};  // so that equal times don't hide each other
  std::size_t count = 0;
  for (const ProbeRecord& probe : hop.probes) {
    const Reply* answer = probe.voided ? nullptr : probe.answer();
    if (answer == nullptr || !answer->rtt) continue;
    if (count == most_dots) break;
    const int y = heights[count++ % heights.size()];
    to << "<circle class=\"dot\" cx=\"" << scale.place(*answer->rtt) << "\" cy=\"" << y
       << "\" r=\"4\"><title>" << short_time(*answer->rtt) << "</title></circle>";
  }
  to << "</svg>";
}

/// Each address once, with its name and the labels it saw.
void add_who(Markup& to, const Hop& hop, const Names& names) {
  std::vector<Address> shown;
  for (const ProbeRecord& probe : hop.probes) {
    const Reply* answer = probe.voided ? nullptr : probe.answer();
    if (answer == nullptr) continue;
    if (std::find(shown.begin(), shown.end(), answer->from) != shown.end()) continue;
    if (!shown.empty()) to << "<br>";
    shown.push_back(answer->from);
    to << "<span class=\"addr\">" << answer->from.text() << "</span>";
    const std::string host = name_of(answer->from, names);
    if (!host.empty()) to << " <span class=\"host\">" << host << "</span>";
    for (const MplsLabel& label : answer->mpls) {
      to << " <span class=\"tag\">MPLS label " << label.label << "</span>";
    }
  }
  if (shown.empty()) to << "<span class=\"none\">no answer</span>";
}

void add_loss(Markup& to, const Hop& hop) {
  std::size_t asked = 0;
  std::size_t lost = 0;
  for (const ProbeRecord& probe : hop.probes) {
    if (probe.voided) continue;
    ++asked;
    if (probe.answer() == nullptr) ++lost;
  }
  to << "<td class=\"num" << (lost == 0 || lost == asked ? "" : " lossy") << "\">";
  if (lost > 0) to << lost << " of " << asked;
  to << "</td>";
}

void add_row(Markup& to, const Hop& hop, const Scale& scale, const Names& names) {
  const auto rtt = rtt_statistics(hop);
  to << "<tr><th scope=\"row\">" << hop.ttl.value << "</th><td class=\"who\">";
  add_who(to, hop, names);
  to << "</td><td class=\"plot\">";
  if (rtt) add_dots(to, hop, scale);
  to << "</td><td class=\"num\">";
  if (rtt) to << short_time(rtt->median);
  to << "</td>";
  add_loss(to, hop);
  to << "</tr>";
}

void add_axis(Markup& to, const Scale& scale) {
  to << "<tr class=\"axis\"><td></td><td></td><td class=\"plot\"><svg class=\"dots\" height=\"20\" "
        "role=\"img\" aria-label=\"milliseconds\">";
  const auto ticks = scale.ticks();
  for (std::size_t i = 0; i < ticks.size(); ++i) {
    const std::string unit = i + 1 == ticks.size() ? " ms" : "";
    to << "<text x=\"" << scale.place(ticks[i]) << "\" y=\"14\" text-anchor=\""
       << (i == 0 ? "start" : "middle") << "\">" << fmt::format("{:g}{}", ticks[i], unit)
       << "</text>";
  }
  to << "</svg></td><td></td><td></td></tr>";
}

void add_table_of_times(Markup& to, const Source& from, const Trace& trace) {
  const std::size_t rows = rows_of(trace);
  const auto path = trace.path();
  const Scale scale(longest_of(trace));
  to << "<table class=\"times\"><thead><tr><th scope=\"col\">Hop</th><th scope=\"col\">Who "
        "answered</th><th scope=\"col\">Round-trip time, each answer a dot</th><th scope=\"col\" "
        "class=\"num\">Median</th><th scope=\"col\" class=\"num\">Lost</th></tr></thead><tbody>";
  for (const Hop& hop : path.first(rows)) add_row(to, hop, scale, from.names);
  if (rows < path.size()) {
    const int first = path[rows].ttl.value;
    const int last = path.back().ttl.value;
    to << "<tr><th scope=\"row\">" << first;
    if (last != first) to << "–" << last;
    to << "</th><td class=\"who\" colspan=\"4\"><span class=\"none\">no answer</span></td></tr>";
  }
  if (longest_of(trace) > Duration{}) add_axis(to, scale);
  to << "</tbody></table>";
}

}  // namespace

void add_times(Markup& to, const Source& from) {
  const auto& traces = from.page.traces;
  Markup tables;
  for (std::size_t i = 0; i < traces.size(); ++i) {
    const Trace& trace = traces[i].trace;
    if (!from.links.is_shown(i) || trace.hops.empty()) continue;
    // Of several the first is open.
    const bool is_open = tables.empty();
    if (traces.size() == 1) {
      add_table_of_times(tables, from, trace);
      continue;
    }
    tables << "<details" << (is_open ? " open" : "") << "><summary>"
           << capitalized(trace_label(from.page, trace)) << ": " << short_verdict(trace);
    if (traces[i].is_control) tables << " (to compare with)";
    tables << "</summary>";
    add_table_of_times(tables, from, trace);
    tables << "</details>";
  }
  if (tables.empty()) return;
  to << "<section id=\"times\"><h2>Round-trip times</h2>" << tables << "</section>";
}

}  // namespace tracetcp::html
