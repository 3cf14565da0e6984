#include "core/milliseconds.hpp"

#include <tracetcp/diagnose.hpp>
#include <tracetcp/report.hpp>
#include <tracetcp/sentences.hpp>

#include <fmt/core.h>

namespace tracetcp {
namespace {

std::string hops_text(int hops) {
  return fmt::format("{} hop{}", hops, hops == 1 ? "" : "s");
}

std::string hop_details(const Hop& hop) {
  const auto rtt = rtt_statistics(hop);
  if (!rtt) return "";
  std::string text = fmt::format("hop {}: min {}, median {}, max {}, jitter {} ms, loss {:.0f} %",
                                 hop.ttl.value, precise_milliseconds(rtt->least),
                                 precise_milliseconds(rtt->median), precise_milliseconds(rtt->most),
                                 precise_milliseconds(rtt->jitter), rtt->loss * 100);
  for (const ProbeRecord& probe : hop.probes) {
    if (probe.answer() == nullptr || !probe.answer()->ttl) continue;
    return text +
           fmt::format(", the way back has {}\n", hops_text(return_hops(*probe.answer()->ttl)));
  }
  return text + '\n';
}

std::string evidence_details(const std::vector<Observation>& evidence) {
  std::string text;
  for (const Observation& seen : evidence) {
    text += fmt::format("  port {}, TTL {}: {}\n", seen.port.value, seen.ttl.value,
                        tracetcp::text(seen));
  }
  return text;
}

}  // namespace

std::string details(const Trace& trace) {
  std::string text = fmt::format("port {}:\n", trace.target.port.value);
  for (const Hop& hop : trace.path()) text += hop_details(hop);
  for (const Translation& translation : trace.translations) {
    text += fmt::format("this machine's NAT {}\n", tracetcp::text(translation));
  }
  const Diagnosis& diagnosis = trace.diagnosis;
  // Where ports are compared after all traces, nothing is known yet.
  const bool is_known = diagnosis.answered_by != AnsweredBy::unknown || !diagnosis.evidence.empty();
  if (!is_known) return text;
  const bool is_unanswered = diagnosis.answered_by == AnsweredBy::none;
  text += fmt::format(
      "{} ({})\n",
      is_unanswered ? "unanswered" : fmt::format("answered by {}", name(diagnosis.answered_by)),
      name(diagnosis.confidence));
  text += evidence_details(diagnosis.evidence);
  if (diagnosis.path_mtu) text += fmt::format("path MTU {}\n", *diagnosis.path_mtu);
  for (const Finding& finding : diagnosis.findings) {
    text += fmt::format("{} ({})\n", tracetcp::text(finding), name(finding.confidence));
    text += evidence_details(finding.evidence);
  }
  return text;
}

}  // namespace tracetcp
