#include "report/html/outlook.hpp"
#include "report/html/sections.hpp"
#include "report/text.hpp"

#include <tracetcp/sentences.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace tracetcp::html {
namespace {

/// The same finding of one or more ports, with the evidence of the first.
struct Reported {
  const Finding* finding;
  std::string clause;
  std::size_t trace;  ///< of the first
  std::vector<std::size_t> traces;
};

bool concerns_port(const Finding& finding) {
  switch (finding.kind()) {
    case FindingKind::private_source:
    case FindingKind::rate_limit:
    case FindingKind::loss:
    case FindingKind::return_path:
      return false;
    case FindingKind::proxy:
    case FindingKind::forged_reset:
    case FindingKind::nat:
    case FindingKind::change:
    case FindingKind::ttl_set:
    case FindingKind::loop:
    case FindingKind::blocked:
    case FindingKind::rejected:
    case FindingKind::no_host:
    case FindingKind::path_change:
    case FindingKind::some_paths:
    case FindingKind::contradiction:
    case FindingKind::stray_answer:
      break;
  }
  return true;
}

std::vector<Reported> findings_of(const Page& page) {
  std::vector<Reported> all;
  for (std::size_t i = 0; i < page.traces.size(); ++i) {
    for (const Finding& finding : page.traces[i].trace.diagnosis.findings) {
      std::string clause = text(finding);
      const auto same = std::find_if(all.begin(), all.end(), [&](const Reported& one) {
        const Trace& first = page.traces[one.trace].trace;
        return one.finding->kind() == finding.kind() && one.clause == clause &&
               first.target.address == page.traces[i].trace.target.address;
      });
      if (same == all.end()) {
        all.push_back({&finding, std::move(clause), i, {i}});
      } else {
        same->traces.push_back(i);
      }
    }
  }
  // What concerns the port comes before what is only known besides, and what is surest first.
  std::stable_sort(all.begin(), all.end(), [](const Reported& one, const Reported& other) {
    const bool matters = concerns_port(*one.finding);
    if (matters != concerns_port(*other.finding)) return matters;
    return one.finding->confidence > other.finding->confidence;
  });
  return all;
}

/// "Port 80", "Ports 20-22, 80", with the target where there are several.
std::string subject_of(const Page& page, const std::vector<std::size_t>& traces) {
  std::vector<std::uint16_t> ports;
  ports.reserve(traces.size());
  for (const std::size_t i : traces) ports.push_back(page.traces[i].trace.target.port.value);
  std::sort(ports.begin(), ports.end());
  ports.erase(std::unique(ports.begin(), ports.end()), ports.end());
  std::string text = capitalized(ports_text(ports));
  const Trace& first = page.traces[traces.front()].trace;
  if (has_several_targets(page)) text += " of " + first.target.address.text();
  return text;
}

void add_evidence_list(Markup& to, const Source& from, std::size_t trace,
                       const std::vector<Observation>& evidence) {
  if (evidence.empty()) return;
  to << "<ul class=\"evidence\">";
  for (const Observation& seen : evidence) {
    to << "<li>";
    const auto link = from.links.of(trace, seen);
    if (link) to << "<a href=\"#" << *link << "\">";
    to << "Port " << seen.port.value << ", TTL " << seen.ttl.value;
    if (link) to << "</a>";
    to << ": " << text(seen) << "</li>";
  }
  to << "</ul>";
}

void add_finding(Markup& to, const Source& from, const Reported& reported) {
  const Finding& finding = *reported.finding;
  to << "<li class=\"finding " << (finding.confidence == Confidence::not_sure ? "unsure" : "sure")
     << "\"><p><strong>" << subject_of(from.page, reported.traces) << ":</strong> "
     << reported.clause << ". <span class=\"tag\">" << name(finding.confidence) << "</span></p>";
  add_evidence_list(to, from, reported.trace, finding.evidence);
  to << "</li>";
}

std::string_view answerer(AnsweredBy who) {
  switch (who) {
    case AnsweredBy::target:
      return "the target itself answers";
    case AnsweredBy::router:
      return "a router answers";
    case AnsweredBy::proxy:
      return "a proxy answers";
    case AnsweredBy::forged_reset:
      return "a RST is forged on the way, in the name of the target";
    case AnsweredBy::none:
    case AnsweredBy::unknown:
      break;
  }
  return "";
}

bool is_same(const Observation& one, const Observation& other) {
  return one.port == other.port && one.probe == other.probe && text(one) == text(other);
}

/// What the verdict itself rests on, unless a finding rests on it too.
void add_answer(Markup& to, const Source& from, std::size_t trace) {
  const Diagnosis& diagnosis = from.page.traces[trace].trace.diagnosis;
  if (diagnosis.evidence.empty() || answerer(diagnosis.answered_by).empty()) return;
  for (const Finding& finding : diagnosis.findings) {
    const bool is_reported = std::any_of(
        finding.evidence.begin(), finding.evidence.end(),
        [&](const Observation& seen) { return is_same(seen, diagnosis.evidence.front()); });
    if (is_reported) return;
  }
  to << "<li class=\"finding sure\"><p><strong>"
     << capitalized(trace_label(from.page, from.page.traces[trace].trace)) << ":</strong> "
     << answerer(diagnosis.answered_by);
  if (diagnosis.at != Place{}) to << ", at " << text(diagnosis.at);
  to << ". <span class=\"tag\">" << name(diagnosis.confidence) << "</span></p>";
  add_evidence_list(to, from, trace, diagnosis.evidence);
  to << "</li>";
}

/// What came beside the answers.
void add_notes(Markup& to, const Source& from, const Trace& trace) {
  const auto begin = [&] {
    to << "<li class=\"finding unsure\"><p><strong>" << capitalized(trace_label(from.page, trace))
       << ":</strong> ";
  };
  for (const Notice& notice : trace.notices.different()) {
    begin();
    to << notice_text(notice) << ".</p></li>";
  }
  for (const Stray& stray : trace.strays.different()) {
    if (stray.kind == StrayKind::duplicate) continue;
    begin();
    to << "answers none of our SYNs: " << text(stray);
    if (stray.count > 1) to << " (" << stray.count << " times)";
    to << ".</p></li>";
  }
}

}  // namespace

void add_findings(Markup& to, const Source& from) {
  const auto& traces = from.page.traces;
  Markup list;
  for (const Reported& one : findings_of(from.page)) add_finding(list, from, one);
  for (std::size_t i = 0; i < traces.size(); ++i) {
    if (!from.links.is_shown(i)) continue;
    add_answer(list, from, i);
    add_notes(list, from, traces[i].trace);
  }
  to << "<section id=\"findings\"><h2>Findings</h2>";
  if (list.empty()) {
    to << "<p>Nothing out of the ordinary was seen.</p>";
  } else {
    to << "<ul class=\"findings\">" << list << "</ul>";
  }
  to << "</section>";
}

}  // namespace tracetcp::html
