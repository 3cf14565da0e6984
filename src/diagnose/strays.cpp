// Answers that come for our SYNs and that an application never gets.

#include "diagnose/findings.hpp"

namespace tracetcp::diagnosing {
namespace {

/// It explains the silence of a hop, not that of the port.
bool is_of_router(const Stray& stray) {
  return stray.from.port.value == 0;
}

Finding finding_of_stray(const Stray& stray, const Trace& trace) {
  // Some can be forged by anyone who knows addresses and ports; the cause of the others is not
  // seen.
  return {.confidence = Confidence::likely,
          .at = {.ttl = stray.ttl, .address = stray.from.address},
          .data = finding::StrayAnswer{.stray = stray, .target = trace.target},
          .evidence = {
              {.port = trace.target.port,
               .ttl = stray.ttl.value_or(Ttl{}),
               .seen = evidence::StrayCount{.count = stray.count, .reply_ttl = stray.reply_ttl}}}};
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
