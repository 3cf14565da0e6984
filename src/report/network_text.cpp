#include "report/network_text.hpp"

#include <algorithm>
#include <vector>

namespace tracetcp {

std::string network_text(Address address, const Networks* networks) {
  const auto system = networks == nullptr ? std::nullopt : networks->of(address);
  return system ? text(*system) : "";
}

std::string networks_text(const Hop& hop, const Networks* networks) {
  if (networks == nullptr) return "";
  std::vector<std::string> seen;
  std::string all;
  for (const ProbeRecord& probe : hop.probes) {
    const Reply* answer = probe.voided ? nullptr : probe.answer();
    if (answer == nullptr) continue;
    const std::string one = network_text(answer->from, networks);
    if (one.empty() || std::find(seen.begin(), seen.end(), one) != seen.end()) continue;
    seen.push_back(one);
    if (!all.empty()) all += ", ";
    all += one;
  }
  return all;
}

void add_network_change(std::string& row, const Trace& trace, Ttl ttl, const std::string& here,
                        const Networks* networks) {
  if (here.empty()) return;
  for (auto hop = trace.hops.rbegin(); hop != trace.hops.rend(); ++hop) {
    if (hop->ttl >= ttl) continue;
    const std::string before = networks_text(*hop, networks);
    if (before == here) return;
    if (!before.empty()) break;
  }
  row += '\t';
  row += here;
}

void add_network_of_end(std::string& row, const Trace& trace, const Networks* networks) {
  const Verdict& verdict = trace.verdict;
  if (networks == nullptr || !verdict.from || !verdict.ttl) return;
  if (verdict.state != State::open && verdict.state != State::closed &&
      verdict.state != State::rejected) {
    return;
  }
  const Diagnosis& diagnosis = trace.diagnosis;
  // Whoever answers in another's name is not in that one's network.
  if (diagnosis.is_answered_by(AnsweredBy::forged_reset) ||
      diagnosis.is_answered_by(AnsweredBy::proxy)) {
    return;
  }
  add_network_change(row, trace, *verdict.ttl, network_text(*verdict.from, networks), networks);
}

}  // namespace tracetcp
