#include "cli/printer.hpp"

#include "cli/responders.hpp"

#include <algorithm>

namespace tracetcp {

template <class Text, class Later>
void Printer::say(const std::vector<Address>& names, Text text, Later later) {
  if (waiting_.empty() && ready(names) <= now_) {
    parts_.write(text());
  } else {
    waiting_.push_back({.text = later(), .names = names});
  }
}

void Printer::begun(const Trace& trace) {
  std::vector<Address> names;
  if (parts_.header_has_name) names.push_back(trace.target.address);
  for (const Address address : names) heard(address);
  say(
      names, [&] { return parts_.report.begin(trace); },
      [&] { return [this, trace] { return parts_.report.begin(trace); }; });
}

void Printer::settled(const Trace& trace, const Hop& hop) {
  say(
      responders(hop), [&] { return parts_.report.hop(trace, hop); },
      [&] { return [this, trace, hop] { return parts_.report.hop(trace, hop); }; });
}

void Printer::finished(const Trace& trace) {
  say(
      responders(trace), [&] { return parts_.report.end(trace, parts_.counts()); },
      [&] { return [this, trace] { return parts_.report.end(trace, parts_.counts()); }; });
}

void Printer::heard(Address from) {
  if (!asked_.try_emplace(from, now_).second) return;
  parts_.names.ask(from);
}

TimePoint Printer::tick(TimePoint now) {
  now_ = now;
  while (!waiting_.empty()) {
    const TimePoint due = ready(waiting_.front().names);
    if (due > now) return due;
    parts_.write(waiting_.front().text());
    waiting_.pop_front();
  }
  return never;
}

void Printer::flush() {
  for (const Piece& piece : waiting_) parts_.write(piece.text());
  waiting_.clear();
}

TimePoint Printer::ready(const std::vector<Address>& names) const {
  TimePoint due{};
  for (const Address address : names) {
    const auto asked = asked_.find(address);
    if (asked == asked_.end() || parts_.names.of(address)) continue;
    due = std::max(due, asked->second + patience_for_names);
  }
  return due;
}

}  // namespace tracetcp
