#include "cli/watch_output.hpp"

#include "cli/reports.hpp"
#include "platform/output.hpp"
#include "report/watch_json.hpp"
#include "report/watch_text.hpp"

#include <string>

namespace tracetcp::cli {

std::string label_of(const std::string& host, const Endpoint& target) {
  if (host.empty() || Address::parse(host)) return text(target);
  return host + ':' + std::to_string(target.port.value);
}

const Names& WatchOutput::names_of(const Watched& watched) const {
  return watched.own_names != nullptr ? *watched.own_names : names_;
}

void WatchOutput::round(const Watched& watched, const std::vector<WatchWords>& events,
                        const RunCounts& counts) const {
  const WatchRecord& record = watched.record;
  const std::string label = several_ ? watched.label : "";
  const Names& names = names_of(watched);
  std::string text;
  if (is_json_) {
    const auto report = report_for(Format::json, watched.info, names);
    text = round_json(*report, *record.latest(), counts, record);
  } else if (record.rounds() == 1) {
    text = start_line(record, names, label);
  }
  for (const WatchWords& event : events) {
    text += is_json_ ? event_json(event) : event_line(event, label);
  }
  if (!text.empty()) write_out(text);
}

void WatchOutput::close(const AllWatched& all) const {
  if (is_json_) return;
  std::vector<WatchedFigures> figures;
  for (const Watched& one : all.all()) {
    if (one.record.rounds() == 0) continue;
    figures.push_back({.record = one.record, .target = several_ ? one.label : ""});
  }
  if (!figures.empty()) write_out(figures_table(figures, names_));
}

}  // namespace tracetcp::cli
