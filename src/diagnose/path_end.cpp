#include <tracetcp/diagnose.hpp>

#include <algorithm>

namespace tracetcp {
namespace {

/// Where the diagnosis has it that the port is accepted by a hop or beyond, which need not be the
/// target.
std::optional<Place> accepted_at(const Diagnosis& diagnosis) {
  if (diagnosis.answered_by != AnsweredBy::unknown) return std::nullopt;
  for (const Finding& finding : diagnosis.findings) {
    const bool is_about_it = finding.kind() == FindingKind::proxy ||
                             (finding.kind() == FindingKind::contradiction && finding.at.ttl);
    if (is_about_it && finding.confidence != Confidence::not_sure) return finding.at;
  }
  return std::nullopt;
}

}  // namespace

std::string_view name(EndKind kind) {
  switch (kind) {
    case EndKind::open:
      return "open";
    case EndKind::proxy:
      return "proxy";
    case EndKind::accepted:
      return "accepted";
    case EndKind::closed:
      return "closed";
    case EndKind::forged_reset:
      return "forged-reset";
    case EndKind::rejected:
      return "rejected";
    case EndKind::silent:
      return "silent";
    case EndKind::incomplete:
      return "incomplete";
    case EndKind::unknown:
      break;
  }
  return "unknown";
}

EndKind end_kind(const Verdict& verdict, const Diagnosis& diagnosis) {
  switch (verdict.state) {
    case State::open:
      if (diagnosis.is_answered_by(AnsweredBy::proxy)) return EndKind::proxy;
      return accepted_at(diagnosis) ? EndKind::accepted : EndKind::open;
    case State::closed:
      return diagnosis.is_answered_by(AnsweredBy::forged_reset) ? EndKind::forged_reset
                                                                : EndKind::closed;
    case State::rejected:
      return EndKind::rejected;
    case State::silent:
      return EndKind::silent;
    case State::incomplete:
      return EndKind::incomplete;
    case State::unknown:
      break;
  }
  return EndKind::unknown;
}

PathEnd path_end(const Trace& trace) {
  const EndKind kind = end_kind(trace.verdict, trace.diagnosis);
  if (kind == EndKind::proxy || kind == EndKind::forged_reset) return {kind, trace.diagnosis.at};
  if (kind == EndKind::accepted) return {kind, *accepted_at(trace.diagnosis)};
  return {kind, {.ttl = verdict_hop(trace), .address = trace.verdict.from}};
}

bool is_on_some_paths(const Diagnosis& diagnosis) {
  const auto& findings = diagnosis.findings;
  return std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
    return finding.kind() == FindingKind::some_paths && finding.confidence != Confidence::not_sure;
  });
}

}  // namespace tracetcp
