#include <tracetcp/audit.hpp>
#include <tracetcp/sentences.hpp>

#include <fmt/core.h>

#include <algorithm>

namespace tracetcp {
namespace {

/// What the first finding of that kind says; empty: there is none.
std::string finding_text(const Trace& trace, FindingKind kind, const Names& names) {
  const auto& findings = trace.diagnosis.findings;
  const auto found = std::find_if(findings.begin(), findings.end(),
                                  [&](const Finding& finding) { return finding.kind() == kind; });
  return found == findings.end() ? "" : text(*found, names);
}

std::string behind_colon(const std::string& clause) {
  return clause.empty() ? "." : ": " + clause + ".";
}

/// Why it can't be decided; empty where the verdict's sentence says so itself.
std::string why_undecided(Undecided why, const Trace& trace, const Names& names) {
  switch (why) {
    case Undecided::no:
    case Undecided::cut_short:
    case Undecided::not_seen_leaving:
      break;
    case Undecided::hops_left:
      return "More hops may follow: -m N asks more.";
    case Undecided::silent_once:
      return "One round of silence shows no block: -p 3 asks again.";
    case Undecided::contradiction:
      return "The answers contradict each other" +
             behind_colon(finding_text(trace, FindingKind::contradiction, names));
    case Undecided::reset_by_somebody:
      return "The RST may not be the target's" +
             behind_colon(finding_text(trace, FindingKind::forged_reset, names));
    case Undecided::proxy:
      return "Whether the target is reached is not known: something nearer accepts the "
             "connection.";
    case Undecided::no_place:
      return "The address of the place is not known.";
  }
  return "";
}

}  // namespace

std::string_view text(RuleOutcome outcome) {
  switch (outcome) {
    case RuleOutcome::holds:
      return "holds";
    case RuleOutcome::fails:
      return "does not hold";
    case RuleOutcome::unknown:
      break;
  }
  return "cannot tell";
}

std::string sentence(const Judgement& judgement, const Rule& rule, const Trace& trace,
                     const Names& names) {
  std::string text = sentence(trace, names);
  const std::string more = why_undecided(judgement.undecided, trace, names);
  if (!more.empty()) text += ' ' + more;
  if (judgement.elsewhere && rule.at) {
    text += fmt::format(" That is not at {}.", rule.at->text());
  }
  return text;
}

}  // namespace tracetcp
