#include "report/port_fates.hpp"

#include "report/text.hpp"

#include <tracetcp/diagnose.hpp>
#include <tracetcp/sentences.hpp>

#include <fmt/core.h>

#include <algorithm>

namespace tracetcp {
namespace {

char mark_of_end(EndKind kind) {
  switch (kind) {
    case EndKind::open:
      return 'O';
    case EndKind::proxy:
    case EndKind::accepted:
      return 'P';
    case EndKind::closed:
      return 'C';
    case EndKind::forged_reset:
      return 'R';
    case EndKind::rejected:
      return 'X';
    case EndKind::silent:
    case EndKind::incomplete:
    case EndKind::unknown:
      break;
  }
  return '*';
}

/// "Accepted by hop 3", its address to follow.
Fate fate_by(const std::string& what, const Place& at) {
  if (at == Place{}) return {.how = what + " on the way"};
  if (!at.ttl) return {.how = what + " by " + at.address->text()};
  return {.how = fmt::format("{} by hop {}", what, at.ttl->value), .at = at.address};
}

Fate fate_by_or_beyond(const std::string& what, const Place& at) {
  Fate fate = fate_by(what, at);
  fate.rest = " or beyond";
  return fate;
}

Fate fate_of_unknown(const Trace& trace) {
  const Verdict& verdict = trace.verdict;
  const std::string why = trace.refusal ? text(*trace.refusal) : "our SYNs were not seen leaving";
  if (!verdict.ttl) return {.how = fmt::format("Unknown (?: {})", why)};
  return {.how = fmt::format("Unknown beyond hop {}", verdict.ttl->value),
          .at = verdict.from,
          .rest = fmt::format(" (?: {})", why)};
}

Fate fate_of_incomplete(const Trace& trace) {
  if (!trace.cut_short()) return {.how = "Hop limit reached"};
  return {.how = trace.interrupted ? "Interrupted" : "Ended by an error"};
}

Fate fate_of(const Trace& trace) {
  const Verdict& verdict = trace.verdict;
  const PathEnd end = path_end(trace);
  switch (end.kind) {
    case EndKind::open:
      return {.how = "Open at hop " + verdict_ttl(trace), .at = verdict.from};
    case EndKind::proxy:
      return fate_by("Accepted", end.at);
    case EndKind::accepted:
      return fate_by_or_beyond("Accepted", end.at);
    case EndKind::closed:
      return {.how = "Closed at hop " + verdict_ttl(trace), .at = verdict.from};
    case EndKind::forged_reset:
      return fate_by("Reset in the target's name", end.at);
    case EndKind::rejected:
      return {.how = fmt::format("Rejected by {} ({})", verdict.from ? verdict.from->text() : "",
                                 icmp_text(verdict.icmp))};
    case EndKind::silent:
      if (!verdict.ttl) return {.how = "Silent from the first hop on"};
      return {.how = fmt::format("Silent after hop {}", verdict.ttl->value), .at = verdict.from};
    case EndKind::incomplete:
      return fate_of_incomplete(trace);
    case EndKind::unknown:
      break;
  }
  return fate_of_unknown(trace);
}

std::string text_of(const Fate& fate, const Names& names) {
  if (!fate.at) return fate.how + fate.rest;
  const auto name = names.of(*fate.at);
  return fmt::format("{} ({}{}){}", fate.how, fate.at->text(),
                     !name || name->empty() ? "" : ", " + *name, fate.rest);
}

}  // namespace

bool is_path_end(const Trace& trace, const Hop& hop) {
  return has_verdict_row(trace) && hop.ttl == verdict_hop(trace);
}

char hop_mark(const Trace& trace, const Hop& hop) {
  if (is_path_end(trace, hop)) return mark_of_end(path_end(trace).kind);
  const bool answered =
      std::any_of(hop.probes.begin(), hop.probes.end(),
                  [](const ProbeRecord& probe) { return probe.answer() != nullptr; });
  if (answered) return '.';
  // Whether the hop is silent is not known where no SYN to it was seen leaving.
  const bool was_asked = hop.probes.empty() || std::any_of(hop.probes.begin(), hop.probes.end(),
                                                           [](const ProbeRecord& probe) {
                                                             return has_left(probe.departure);
                                                           });
  return was_asked ? '*' : '?';
}

std::string marks_legend() {
  return ". answers, * silent, O open, P proxy, C closed, R reset on the way, X rejected";
}

std::string fate(const Trace& trace) {
  return text_of(fate_of(trace), no_names());
}

std::string port_list(const std::vector<std::uint16_t>& ports) {
  std::string text;
  for (std::size_t i = 0; i < ports.size();) {
    std::size_t last = i;
    while (last + 1 < ports.size() && ports[last + 1] == ports[last] + 1) ++last;
    text += fmt::format("{}{}", i == 0 ? "" : ", ", ports[i]);
    if (last > i) text += fmt::format("-{}", ports[last]);
    i = last + 1;
  }
  return text;
}

std::vector<std::uint16_t>& PortFates::ports_of(const Fate& fate) {
  const std::string how = text_of(fate, no_names());
  auto group = std::find_if(groups_.begin(), groups_.end(),
                            [&](const auto& one) { return one.first == how; });
  if (group == groups_.end()) {
    group = groups_.insert(group, {how, {}});
    fates_.push_back(fate);
  }
  return group->second;
}

void PortFates::add(const Trace& trace) {
  ports_of(fate_of(trace)).push_back(trace.target.port.value);
}

void PortFates::add(const PortFates& others) {
  for (std::size_t i = 0; i < others.groups_.size(); ++i) {
    const auto& ports = others.groups_[i].second;
    auto& all = ports_of(others.fates_[i]);
    all.insert(all.end(), ports.begin(), ports.end());
  }
}

std::string PortFates::text(std::size_t group, const Names& names) const {
  return text_of(fates_[group], names);
}

}  // namespace tracetcp
