#include "session/unseen_lines.hpp"

#include <algorithm>
#include <utility>

namespace tracetcp {
namespace {

/// The capture would have shown a SYN of it that left.
bool is_unseen(const Trace& trace) {
  if (trace.cut_short() || trace.refusal || trace.verdict.state != State::unknown) return false;
  return std::all_of(trace.hops.begin(), trace.hops.end(), [](const Hop& hop) {
    return std::all_of(hop.probes.begin(), hop.probes.end(), [](const ProbeRecord& probe) {
      return probe.departure == Departure::unseen;
    });
  });
}

}  // namespace

void UnseenLines::failed(std::size_t order, std::size_t line, const std::string& why) {
  if (is_again_) {
    hand_on(kept_.at(order));
  } else {
    to_.failed(order, line, why);
  }
}

void UnseenLines::repeated(std::size_t order, std::size_t line, const std::string& host) {
  if (!is_again_) to_.repeated(order, line, host);
}

void UnseenLines::begun(const std::shared_ptr<const TracedLine>& line) {
  if (!is_again_) return to_.begun(line);
  TracedLine& again = *kept_.at(line->order).line;
  again.way = line->way;
  to_.begun(std::make_shared<TracedLine>(again));
}

void UnseenLines::ended(const TracedLine& line, std::size_t place, Trace& trace,
                        int silent_before) {
  if (is_again_) {
    Kept& kept = kept_.at(line.order);
    KeptTraceOf& before = kept.traces.at(place);
    before.is_replaced = true;
    to_.ended(*kept.line, before.place, trace, silent_before);
    return;
  }
  if (!is_unseen(trace)) return to_.ended(line, place, trace, silent_before);
  const auto [known, is_new] = place_of_.try_emplace(line.order, kept_.size());
  if (is_new) kept_.push_back({.line = std::make_shared<TracedLine>(line), .traces = {}});
  kept_[known->second].traces.push_back(
      {.place = place, .trace = std::move(trace), .silent_before = silent_before});
}

void UnseenLines::control_ended(const TracedLine& line, const Trace& control) {
  to_.control_ended(is_again_ ? *kept_.at(line.order).line : line, control);
}

std::vector<TargetLine> UnseenLines::begin_again() {
  is_again_ = true;
  std::sort(kept_.begin(), kept_.end(),
            [](const Kept& one, const Kept& other) { return one.line->order < other.line->order; });
  std::vector<TargetLine> lines;
  for (Kept& kept : kept_) {
    std::sort(kept.traces.begin(), kept.traces.end(),
              [](const KeptTraceOf& one, const KeptTraceOf& other) {
                return one.trace.target.port < other.trace.target.port;
              });
    TargetLine& line = lines.emplace_back();
    line.line = kept.line->line;
    line.host = kept.line->address.text();
    for (const KeptTraceOf& one : kept.traces) {
      line.ports.add(one.trace.target.port, one.trace.target.port);
    }
  }
  return lines;
}

void UnseenLines::give_up() {
  for (Kept& kept : kept_) hand_on(kept);
  kept_.clear();
}

void UnseenLines::hand_on(Kept& kept) {
  for (KeptTraceOf& one : std::exchange(kept.traces, {})) {
    if (!one.is_replaced) to_.ended(*kept.line, one.place, one.trace, one.silent_before);
  }
}

}  // namespace tracetcp
