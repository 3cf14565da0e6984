#include "audit/audited_line.hpp"

#include "core/joined.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace tracetcp {
namespace {

constexpr std::size_t most_shown = 3;

/// Of several ports each sentence has to name its own.
std::string with_port(const AuditedPort& port) {
  const std::string number = fmt::format("ort {}", port.port.value);
  if (port.text.find(number) != std::string::npos) return port.text;
  return fmt::format("Port {}: {}", port.port.value, port.text);
}

}  // namespace

RuleOutcome AuditedLine::outcome() const {
  if (!failure.empty() || ports.empty()) return RuleOutcome::unknown;
  RuleOutcome all = RuleOutcome::holds;
  for (const AuditedPort& port : ports) all = worse(all, port.outcome);
  return all;
}

const AuditedPort* AuditedLine::deciding() const {
  const RuleOutcome all = outcome();
  const auto found = std::find_if(ports.begin(), ports.end(),
                                  [&](const AuditedPort& port) { return port.outcome == all; });
  if (found != ports.end()) return &*found;
  return ports.empty() ? nullptr : &ports.front();
}

std::string AuditedLine::text() const {
  if (!failure.empty()) return "It could not be traced: " + failure + ".";
  if (ports.empty()) return "It was not traced.";
  if (ports.size() == 1) return ports.front().text;
  const RuleOutcome all = outcome();
  std::vector<std::string> sentences;
  std::size_t count = 0;
  for (const AuditedPort& port : ports) {
    if (port.outcome != all) continue;
    ++count;
    if (sentences.size() < most_shown) sentences.push_back(with_port(port));
  }
  std::string text = fmt::format("{} of {} ports: {}", count, ports.size(), joined(sentences, " "));
  if (count > sentences.size()) text += fmt::format(" And {} more.", count - sentences.size());
  return text;
}

void AuditTally::add(RuleOutcome outcome) {
  switch (outcome) {
    case RuleOutcome::holds:
      ++hold;
      return;
    case RuleOutcome::fails:
      ++fail;
      return;
    case RuleOutcome::unknown:
      ++unknown;
      return;
  }
}

std::string AuditTally::text() const {
  const std::size_t all = hold + fail + unknown;
  return fmt::format("Of {} {} {} {}, {} {} not hold, {} can't be decided.", all,
                     all == 1 ? "line" : "lines", hold, hold == 1 ? "holds" : "hold", fail,
                     fail == 1 ? "does" : "do", unknown);
}

}  // namespace tracetcp
