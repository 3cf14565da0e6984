#include "report/port_fates.hpp"

#include "report/text.hpp"

#include <tracetcp/sentences.hpp>

#include <fmt/core.h>

#include <algorithm>

namespace tracetcp {
namespace {

char mark_of_end(State state) {
  switch (state) {
    case State::open:
      return 'O';
    case State::closed:
      return 'C';
    case State::rejected:
      return 'X';
    case State::silent:
    case State::incomplete:
    case State::unknown:
      break;
  }
  return '*';
}

Fate fate_of(const Trace& trace) {
  const Verdict& verdict = trace.verdict;
  switch (verdict.state) {
    case State::open:
      return {.how = "Open at hop " + verdict_ttl(trace), .at = verdict.from};
    case State::closed:
      return {.how = "Closed at hop " + verdict_ttl(trace), .at = verdict.from};
    case State::rejected:
      return {.how = fmt::format("Rejected by {} ({})", verdict.from ? verdict.from->text() : "",
                                 icmp_text(verdict.icmp))};
    case State::silent:
      if (!verdict.ttl) return {.how = "Silent from the first hop on"};
      return {.how = fmt::format("Silent after hop {}", verdict.ttl->value), .at = verdict.from};
    case State::unknown: {
      const std::string why =
          trace.refusal ? text(*trace.refusal) : "our SYNs were not seen leaving";
      if (!verdict.ttl) return {.how = fmt::format("Unknown (?: {})", why)};
      return {.how = fmt::format("Unknown beyond hop {}", verdict.ttl->value),
              .at = verdict.from,
              .rest = fmt::format(" (?: {})", why)};
    }
    case State::incomplete:
      break;
  }
  if (trace.cut_short()) return {.how = trace.interrupted ? "Interrupted" : "Ended by an error"};
  return {.how = "Hop limit reached"};
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
  if (is_path_end(trace, hop)) return mark_of_end(trace.verdict.state);
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

void PortFates::add(const Trace& trace) {
  const Fate fate = fate_of(trace);
  const std::string how = text_of(fate, no_names());
  auto group = std::find_if(groups_.begin(), groups_.end(),
                            [&](const auto& one) { return one.first == how; });
  if (group == groups_.end()) {
    group = groups_.insert(group, {how, {}});
    fates_.push_back(fate);
  }
  group->second.push_back(trace.target.port.value);
}

std::string PortFates::text(std::size_t group, const Names& names) const {
  return text_of(fates_[group], names);
}

}  // namespace tracetcp
