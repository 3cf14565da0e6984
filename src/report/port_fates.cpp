#include "report/port_fates.hpp"

#include "report/text.hpp"

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
  const Verdict& verdict = trace.verdict;
  const std::string from = verdict.from ? verdict.from->text() : "";
  switch (verdict.state) {
    case State::open:
      return fmt::format("Open at hop {} ({})", verdict_ttl(trace), from);
    case State::closed:
      return fmt::format("Closed at hop {} ({})", verdict_ttl(trace), from);
    case State::rejected:
      return fmt::format("Rejected by {} ({})", from, icmp_text(verdict.icmp));
    case State::silent:
      if (!verdict.ttl) return "Silent from the first hop on";
      return fmt::format("Silent after hop {} ({})", verdict.ttl->value, from);
    case State::unknown: {
      const std::string beyond =
          verdict.ttl ? fmt::format(" beyond hop {} ({})", verdict.ttl->value, from) : "";
      return fmt::format("Unknown{} (?: {})", beyond,
                         trace.refusal ? text(*trace.refusal) : "our SYNs were not seen leaving");
    }
    case State::incomplete:
      break;
  }
  if (trace.cut_short()) return trace.interrupted ? "Interrupted" : "Ended by an error";
  return "Hop limit reached";
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
  const std::string how = fate(trace);
  auto group = std::find_if(groups_.begin(), groups_.end(),
                            [&](const auto& one) { return one.first == how; });
  if (group == groups_.end()) group = groups_.insert(group, {how, {}});
  group->second.push_back(trace.target.port.value);
}

}  // namespace tracetcp
