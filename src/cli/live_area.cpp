#include "cli/live_area.hpp"

#include "report/port_fates.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

namespace tracetcp::cli {
namespace {

bool has_answer(const Hop& hop) {
  return std::any_of(hop.probes.begin(), hop.probes.end(), [](const ProbeRecord& probe) {
    return !probe.voided && probe.answer() != nullptr;
  });
}

/// Whether a reply there is no time-exceeded: it is the last hop, or beyond it.
bool may_be_end(const Hop& hop) {
  return std::any_of(hop.probes.begin(), hop.probes.end(), [](const ProbeRecord& probe) {
    return !probe.voided && probe.answer() != nullptr &&
           probe.answer()->kind != ReplyKind::time_exceeded;
  });
}

bool lacks_answers(const Hop& hop) {
  return std::any_of(hop.probes.begin(), hop.probes.end(), [](const ProbeRecord& probe) {
    return !probe.voided && probe.answer() == nullptr;
  });
}

/// "waiting for hops 3, 7-30"
std::string what_is_waited_for(const Trace& trace, int settled) {
  std::vector<std::uint16_t> silent;
  for (const Hop& hop : trace.hops) {
    if (hop.ttl.value > settled && lacks_answers(hop)) silent.push_back(hop.ttl.value);
    if (may_be_end(hop)) break;
  }
  if (silent.empty()) return "asking again";
  return fmt::format("waiting for {} {}", silent.size() == 1 ? "hop" : "hops", port_list(silent));
}

/// The first `most` lines, or all where there are fewer.
std::string first_lines(const std::string& text, std::size_t most) {
  std::size_t end = 0;
  for (std::size_t line = 0; line < most; ++line) {
    const std::size_t next = text.find('\n', end);
    if (next == std::string::npos) return text;
    end = next + 1;
  }
  return text.substr(0, end);
}

}  // namespace

void LiveArea::Printed::add_begin(std::string& text, const Trace& trace) const {
  area_.parts_.report.add_begin(text, trace);
  if (!area_.shown_.empty()) area_.shown_.front().printed = 0;
}

void LiveArea::Printed::add_hop(std::string& text, const Trace& trace, const Hop& hop) const {
  const std::size_t before = text.size();
  area_.parts_.report.add_hop(text, trace, hop);
  // Of the last hop nothing is printed before the answer is.
  const bool is_printed = text.size() != before;
  if (is_printed && !area_.shown_.empty()) area_.shown_.front().printed = hop.ttl.value;
}

void LiveArea::Printed::add_answer(std::string& text, const Trace& trace) const {
  area_.parts_.report.add_answer(text, trace);
  if (!area_.shown_.empty()) area_.shown_.front().printed = std::numeric_limits<int>::max();
}

void LiveArea::Printed::add_end(std::string& text, const Trace& trace,
                                const RunCounts& counts) const {
  area_.parts_.report.add_end(text, trace, counts);
  if (!area_.shown_.empty()) area_.shown_.pop_front();
}

void LiveArea::begun(const Trace& trace) {
  shown_.push_back({.trace = trace});
  announcement_.clear();
  has_changed_ = true;
}

void LiveArea::keep(const Trace& trace) {
  if (shown_.empty() || shown_.back().trace.id != trace.id) return;
  shown_.back().trace = trace;
  announcement_.clear();
  has_changed_ = true;
}

void LiveArea::settled(Ttl ttl) {
  if (!shown_.empty()) shown_.back().settled = ttl.value;
}

void LiveArea::finished(const Trace& trace) {
  keep(trace);
  if (!shown_.empty()) shown_.back().is_finished = true;
}

std::string LiveArea::rows(const Shown& shown) const {
  const Trace& trace = shown.trace;
  std::string text;
  if (shown.printed == -1) parts_.report.add_begin(text, trace);
  auto last = trace.hops.size();
  while (last > 0 && !has_answer(trace.hops[last - 1])) --last;
  for (std::size_t i = 0; i < last; ++i) {
    const Hop& hop = trace.hops[i];
    if (hop.ttl.value <= shown.printed) continue;
    parts_.report.add_open_hop(text, trace, hop,
                               shown.is_finished || trace.paths || hop.ttl.value <= shown.settled);
    if (may_be_end(hop)) break;
  }
  return text;
}

std::string LiveArea::what_is_done() const {
  if (!announcement_.empty()) return announcement_;
  const Shown& first = shown_.front();
  if (first.is_finished) return "waiting for names";
  if (!first.trace.paths) return what_is_waited_for(first.trace, first.settled);
  return fmt::format("looking for all paths behind hop {}: {} flows, {} SYNs", first.settled,
                     first.trace.paths->flows, first.trace.syns_sent);
}

std::string LiveArea::drawn() const {
  if (shown_.empty() && announcement_.empty()) return "";
  const std::string lines =
      shown_.empty() ? "" : first_lines(rows(shown_.front()), parts_.most_lines);
  return lines + parts_.report.passing(what_is_done());
}

/// Back to where the first line begins, and all from there on erased (ECMA-48: CUU, ED).
std::string LiveArea::erased() const {
  if (on_screen_.empty()) return "";
  const auto lines = std::count(on_screen_.begin(), on_screen_.end(), '\n');
  return (lines == 0 ? "\r" : fmt::format("\r\x1b[{}A", lines)) + "\x1b[J";
}

/// In one write, so that the lines do not flicker.
void LiveArea::put(const std::string& before) {
  std::string lines = drawn();
  has_changed_ = false;
  if (before.empty() && lines == on_screen_) return;
  parts_.write(erased() + before + lines);
  on_screen_ = std::move(lines);
}

void LiveArea::print(const std::string& text) {
  if (!text.empty()) put(text);
}

void LiveArea::announce(const std::string& what) {
  announcement_ = what;
  put("");
}

void LiveArea::clear() {
  shown_.clear();
  announcement_.clear();
  put("");
}

TimePoint LiveArea::tick(TimePoint now) {
  constexpr Duration refresh = std::chrono::milliseconds(40);  // faster than one can read
  if (!has_changed_) return never;
  if (now < drawn_at_ + refresh) return drawn_at_ + refresh;
  put("");
  drawn_at_ = now;
  return never;
}

void LiveObserver::begun(const Trace& trace) {
  area_.begun(trace);
  Forwarding::begun(trace);
}

void LiveObserver::settled(const Trace& trace, const Hop& hop) {
  area_.settled(hop.ttl);
  Forwarding::settled(trace, hop);
}

void LiveObserver::finished(const Trace& trace) {
  area_.finished(trace);
  Forwarding::finished(trace);
}

}  // namespace tracetcp::cli
