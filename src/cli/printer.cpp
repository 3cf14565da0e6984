#include "cli/printer.hpp"

#include "cli/responders.hpp"

#include <algorithm>
#include <utility>

namespace tracetcp::cli {

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
      responders(trace, hop), [&] { return parts_.report.hop(trace, hop); },
      [&] { return [this, trace, hop] { return parts_.report.hop(trace, hop); }; });
}

void Printer::answered(const Trace& trace) {
  has_answer_ = true;
  say(
      responders(trace), [&] { return parts_.report.answer(trace); },
      [&] { return [this, trace] { return parts_.report.answer(trace); }; });
}

void Printer::finished(const Trace& trace) {
  const auto text = [this, has_answer = std::exchange(has_answer_, false)](const Trace& one) {
    const auto& report = parts_.report;
    return has_answer ? report.rest(one, parts_.counts()) : report.end(one, parts_.counts());
  };
  say(
      responders(trace), [&] { return text(trace); },
      [&] { return [text, trace] { return text(trace); }; });
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

}  // namespace tracetcp::cli
