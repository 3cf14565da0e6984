#include "report/watch_text.hpp"

#include "core/milliseconds.hpp"
#include "report/json_parts.hpp"
#include "report/text.hpp"

#include <tracetcp/sentences.hpp>

#include <fmt/core.h>

namespace tracetcp {
namespace {

/// In UTC, to the second.
std::string second_of(TimePoint time) {
  constexpr std::size_t until_fraction = 19;  // 2026-11-22T09:00:00
  return timestamp(time).substr(0, until_fraction) + 'Z';
}

std::string column_of(const std::string& target) {
  return target.empty() ? "" : target + '\t';
}

std::string addresses_text(const HopRecord& hop, const Names& names) {
  std::string text;
  for (const HopRecord::Share& share : hop.addresses()) {
    text += (text.empty() ? "" : ", ") + share.address.text();
    const std::string name = name_text(share.address, names);
    if (!name.empty()) text += ' ' + name;
  }
  return text.empty() ? "*" : text;
}

}  // namespace

std::string figure_text(std::optional<Duration> time) {
  if (!time) return "-";
  const bool is_short = *time < std::chrono::milliseconds(1);
  return (is_short ? fine_milliseconds(*time) : whole_milliseconds(*time)) + " ms";
}

std::string loss_text(double loss) {
  const double percent = loss * 100;
  const bool is_whole = percent == 0 || percent >= 10;
  return is_whole ? fmt::format("{:.0f} %", percent) : fmt::format("{:.1f} %", percent);
}

std::string start_line(const WatchRecord& record, const Names& names, const std::string& target) {
  const Trace& first = *record.latest();
  return fmt::format("{}\tstart\t{}{} The path: {}.\n", second_of(first.ended), column_of(target),
                     sentence(first, names), path_text(record.path().places()));
}

std::string event_line(const WatchWords& event, const std::string& target) {
  return fmt::format("{}\t{}\t{}{}\n", second_of(event.at), name(event.kind), column_of(target),
                     event.text);
}

std::string figures_table(std::span<const WatchedFigures> watched, const Names& names) {
  const bool has_targets = !watched.empty() && !watched.front().target.empty();
  std::string text =
      fmt::format("{}Hop\tLoss\tSent\tLast\tMin\tMedian\tP95\tMax\tJitter\tAddress\n",
                  has_targets ? "Target\t" : "");
  for (const auto& [record, target] : watched) {
    for (const auto& [ttl, hop] : record.hops()) {
      if (ttl > record.length()) break;
      const HopFigures all = hop.total();
      text +=
          fmt::format("{}{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}{}\n", column_of(target), ttl,
                      loss_text(all.loss()), all.asked, figure_text(all.last),
                      figure_text(all.least), figure_text(all.median), figure_text(all.p95),
                      figure_text(all.most), figure_text(all.jitter), addresses_text(hop, names),
                      record.limits(ttl) ? "\tlimits its answers" : "");
    }
  }
  return text;
}

}  // namespace tracetcp
