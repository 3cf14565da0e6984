#include <tracetcp/diagnose.hpp>

#include <algorithm>

namespace tracetcp {

const Finding* deciding_finding(const Trace& trace) {
  const auto decides = [&](const Finding& finding) {
    if (finding.confidence == Confidence::not_sure) return false;
    switch (trace.verdict.state) {
      case State::open:
        return finding.kind() == FindingKind::proxy &&
               trace.diagnosis.is_answered_by(AnsweredBy::proxy);
      case State::closed:
        return finding.kind() == FindingKind::forged_reset &&
               trace.diagnosis.is_answered_by(AnsweredBy::forged_reset);
      case State::rejected:
        return finding.kind() == FindingKind::rejected;
      case State::silent:
        return finding.kind() == FindingKind::blocked || finding.kind() == FindingKind::no_host;
      case State::incomplete:
      case State::unknown:
        break;
    }
    return false;
  };
  const auto& findings = trace.diagnosis.findings;
  const auto found = std::find_if(findings.begin(), findings.end(), decides);
  return found == findings.end() ? nullptr : &*found;
}

}  // namespace tracetcp
