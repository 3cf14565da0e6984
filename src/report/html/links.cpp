#include "report/html/links.hpp"

#include "report/port_fates.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <span>
#include <utility>

namespace tracetcp::html {
namespace {

/// Of those the page has all probes: some 100 kB each, if the path is long.
constexpr std::size_t most_shown = 12;
/// Likewise, of a trace and of all of them; some 2 kB each.
constexpr std::size_t most_probes_of_trace = 600;
constexpr std::size_t most_probes = 2000;
constexpr std::size_t least_of_hop = 3;
constexpr std::size_t most_of_hop = 20;

using Kind = std::pair<Address, std::string>;  // target and fate

}  // namespace

/// The controls, as others are compared with them; then the first of each fate; then by order.
Links::Links(const Page& page) : page_(page), shown_(page.traces.size()) {
  std::size_t count = 0;
  std::size_t probes = 0;
  const auto show = [&](std::size_t trace) {
    if (shown_[trace] || count >= most_shown) return;
    probes += probes_of(page.traces[trace].trace).size();
    if (count > 0 && probes > most_probes) return;
    shown_[trace] = true;
    ++count;
  };
  const auto& traces = page.traces;
  for (std::size_t i = 0; i < traces.size(); ++i) {
    if (traces[i].is_control) show(i);
  }
  std::set<Kind> kinds;
  for (std::size_t i = 0; i < traces.size(); ++i) {
    const Trace& trace = traces[i].trace;
    if (kinds.emplace(trace.target.address, fate(trace)).second) show(i);
  }
  for (std::size_t i = 0; i < traces.size(); ++i) show(i);
}

std::string Links::of_trace(std::size_t trace) {
  return fmt::format("t{}", trace + 1);
}

std::string Links::of_probe(std::size_t trace, std::uint32_t probe) {
  return fmt::format("t{}-p{}", trace + 1, probe);
}

std::optional<std::string> Links::of(std::size_t trace, const Observation& seen) const {
  if (has(trace, seen)) return of_probe(trace, seen.probe);
  for (std::size_t i = 0; i < page_.traces.size(); ++i) {
    const bool is_comparable =
        page_.traces[i].trace.target.address == page_.traces[trace].trace.target.address;
    if (is_comparable && has(i, seen)) return of_probe(i, seen.probe);
  }
  return std::nullopt;
}

bool Links::has(std::size_t trace, const Observation& seen) const {
  const Trace& one = page_.traces[trace].trace;
  if (!shown_[trace] || one.target.port != seen.port) return false;
  const auto probes = probes_of(one);
  return std::any_of(probes.begin(), probes.end(), [&](const ProbeRecord* probe) {
    return probe->index == seen.probe && probe->ttl == seen.ttl;
  });
}

std::vector<const ProbeRecord*> probes_of(const Trace& trace) {
  std::vector<const ProbeRecord*> probes;
  const std::size_t share = most_probes_of_trace / std::max<std::size_t>(trace.hops.size(), 1);
  const std::size_t most = std::clamp(share, least_of_hop, most_of_hop);
  const auto add = [&](const std::vector<ProbeRecord>& some) {
    for (const ProbeRecord& probe : std::span(some).first(std::min(some.size(), most))) {
      probes.push_back(&probe);
    }
  };
  for (const Hop& hop : trace.hops) add(hop.probes);
  add(trace.checks);
  return probes;
}

}  // namespace tracetcp::html
