// Answers that come for our SYNs and that an application never gets.

#include "diagnose/findings.hpp"

#include <fmt/core.h>

namespace tracetcp::diagnosing {
namespace {

/// It explains the silence of a hop, not that of the port.
bool is_of_router(const Stray& stray) {
  return stray.from.port.value == 0;
}

std::string clause_of(const Stray& stray, const Trace& trace) {
  if (is_of_router(stray)) {
    return fmt::format("hosts ignore {}", text(stray));
  }
  std::string clause = fmt::format("an application's TCP ignores {}", text(stray));
  if (stray.kind == StrayKind::other_address) {
    clause += fmt::format(", not {}: an answer that was not translated back",
                          trace.target.address.text());
  }
  if (stray.kind == StrayKind::other_port) {
    clause += fmt::format(", not port {}: an answer that was not translated back",
                          trace.target.port.value);
  }
  return clause;
}

Finding finding_of_stray(const Stray& stray, const Trace& trace) {
  // Some can be forged by whoever knows addresses and ports; of the others the cause is not seen.
  Finding finding{.kind = FindingKind::stray_answer, .confidence = Confidence::likely};
  finding.at = {.ttl = stray.ttl, .address = stray.from.address};
  finding.clause = clause_of(stray, trace);
  std::string seen = fmt::format("{} came", stray.count == 1 ? "one" : std::to_string(stray.count));
  if (stray.reply_ttl) {
    seen += fmt::format(", the first with TTL {}, which fits a sender {} hops away",
                        stray.reply_ttl->value, return_hops(*stray.reply_ttl));
  }
  finding.evidence.push_back(
      {.port = trace.target.port, .ttl = stray.ttl.value_or(Ttl{}), .text = std::move(seen)});
  return finding;
}

}  // namespace

std::vector<Finding> find_stray_answers(const Trace& trace) {
  std::vector<Finding> findings;
  const State state = trace.verdict.state;
  const bool is_unanswered = state == State::silent || state == State::incomplete;
  for (const Stray& stray : trace.strays.different()) {
    if (!may_be_answer(stray.kind) || (!is_unanswered && !is_of_router(stray))) continue;
    findings.push_back(finding_of_stray(stray, trace));
  }
  return findings;
}

}  // namespace tracetcp::diagnosing
