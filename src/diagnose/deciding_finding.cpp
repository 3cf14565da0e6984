#include <tracetcp/diagnose.hpp>

#include <algorithm>

namespace tracetcp {

const Finding* deciding_finding(const Trace& trace) {
  const EndKind end = end_kind(trace.verdict, trace.diagnosis);
  const bool on_some_paths = is_on_some_paths(trace.diagnosis);
  const auto decides = [&](const Finding& finding) {
    if (finding.confidence == Confidence::not_sure) return false;
    // The end of one flow is not that of the port where other paths end otherwise.
    if (on_some_paths) return finding.kind() == FindingKind::some_paths;
    switch (end) {
      case EndKind::proxy:
        return finding.kind() == FindingKind::proxy;
      case EndKind::forged_reset:
        return finding.kind() == FindingKind::forged_reset;
      case EndKind::rejected:
        return finding.kind() == FindingKind::rejected;
      case EndKind::silent:
        return finding.kind() == FindingKind::blocked || finding.kind() == FindingKind::no_host;
      case EndKind::open:
      case EndKind::accepted:
      case EndKind::closed:
      case EndKind::incomplete:
      case EndKind::unknown:
        break;
    }
    return false;
  };
  const auto& findings = trace.diagnosis.findings;
  const auto found = std::find_if(findings.begin(), findings.end(), decides);
  return found == findings.end() ? nullptr : &*found;
}

}  // namespace tracetcp
