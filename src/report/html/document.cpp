#include "report/html/outlook.hpp"
#include "report/html/sections.hpp"
#include "report/text.hpp"

#include <tracetcp/sentences.hpp>

#include <fmt/core.h>

#include <algorithm>

namespace tracetcp {
namespace html {
namespace {

/// What the page is about: the target as the user named it.
std::string subject(const Page& page) {
  if (!page.run.target_name.empty()) return page.run.target_name;
  if (!page.policy.empty()) return page.policy;
  if (page.traces.empty()) return page.capture.empty() ? "no trace" : page.capture;
  if (has_several_targets(page)) return page.capture.empty() ? "several targets" : page.capture;
  return page.traces.front().trace.target.address.text();
}

/// The traces that are not there to compare with.
std::vector<const Trace*> asked_for(const Page& page) {
  std::vector<const Trace*> traces;
  for (const PageTrace& one : page.traces) {
    if (!one.is_control) traces.push_back(&one.trace);
  }
  return traces;
}

void add_head(Markup& to, const Page& page) {
  const auto traces = asked_for(page);
  to << "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
        "content=\"width=device-width,initial-scale=1\"><meta name=\"color-scheme\" "
        "content=\"light dark\"><title>"
     << subject(page);
  if (traces.size() == 1 && page.audit.empty()) {
    to << " " << trace_label(page, *traces.front()) << ": " << short_verdict(*traces.front());
  }
  to << " – tracetcp</title><style>";
  to.add_verbatim(style());
  to << "</style></head>";
}

using Alike = std::vector<const Trace*>;

/// Those with the same verdict stand together. Empty: there are more than `most` different ones.
std::vector<Alike> alike_among(const std::vector<const Trace*>& traces, std::size_t most) {
  std::vector<Alike> groups;
  for (const Trace* trace : traces) {
    const auto same = std::find_if(groups.begin(), groups.end(), [&](const Alike& group) {
      return group.front()->target.address == trace->target.address &&
             sentence(*group.front()) == sentence(*trace);
    });
    if (same == groups.end()) {
      if (groups.size() == most) return {};
      groups.push_back({trace});
    } else {
      same->push_back(trace);
    }
  }
  return groups;
}

bool names_its_port(const Trace& trace) {
  return sentence(trace).find(fmt::format("ort {}", trace.target.port.value)) != std::string::npos;
}

std::string whose_verdict(const Page& page, const Alike& alike) {
  std::vector<std::uint16_t> ports;
  for (const Trace* trace : alike) ports.push_back(trace->target.port.value);
  std::string text = capitalized(ports_text(ports));
  if (has_several_targets(page)) text += " of " + alike.front()->target.address.text();
  return text;
}

/// One line for each verdict, or how many there are of each kind.
void add_verdicts(Markup& to, const Page& page) {
  const auto traces = asked_for(page);
  constexpr std::size_t few = 5;
  const auto groups = alike_among(traces, few);
  if (!groups.empty() && page.more_traces == 0) {
    for (const auto& alike : groups) {
      const Trace& first = *alike.front();
      to << "<p class=\"verdict " << class_of(tone_of(first)) << "\"><span class=\"badge\">"
         << short_verdict(first) << "</span> ";
      if (traces.size() > 1 && !names_its_port(first)) {
        to << "<b>" << whose_verdict(page, alike) << ":</b> ";
      } else if (has_several_targets(page)) {
        to << "<b>" << first.target.address.text() << ":</b> ";
      }
      to << sentence(first) << "</p>";
    }
    return;
  }
  if (traces.empty()) return;
  to << "<p class=\"verdict plain\">" << traces.size() + page.more_traces << " traces: ";
  std::vector<std::pair<std::string, std::size_t>> counts;
  for (const Trace* trace : traces) {
    const std::string how = short_verdict(*trace);
    const auto known = std::find_if(counts.begin(), counts.end(),
                                    [&](const auto& one) { return one.first == how; });
    if (known == counts.end()) {
      counts.emplace_back(how, 1);
    } else {
      ++known->second;
    }
  }
  for (const auto& [how, count] : counts) {
    if (how != counts.front().first) to << ", ";
    to << count << " " << how;
  }
  if (page.more_traces > 0) to << ", " << page.more_traces << " not on this page";
  to << ".</p>";
}

/// How many rules came to each outcome.
void add_outcomes(Markup& to, const Page& page) {
  const auto count = [&](RuleOutcome outcome) {
    return std::count_if(page.audit.begin(), page.audit.end(),
                         [&](const AuditRow& row) { return row.outcome == outcome; });
  };
  for (const auto& [outcome, tone] :
       {std::pair(RuleOutcome::fails, Tone::bad), std::pair(RuleOutcome::unknown, Tone::warning),
        std::pair(RuleOutcome::holds, Tone::good)}) {
    const auto rows = count(outcome);
    if (rows == 0) continue;
    to << "<p class=\"verdict " << class_of(tone) << "\"><span class=\"badge\">" << text(outcome)
       << "</span> " << rows << " of " << page.audit.size() << " rules</p>";
  }
}

void add_header(Markup& to, const Page& page) {
  to << "<header><p class=\"kind\">" << std::string_view(page.audit.empty() ? "TCP trace" : "Audit")
     << "</p><h1>" << subject(page);
  const auto traces = asked_for(page);
  if (traces.size() == 1 && page.audit.empty())
    to << " <small>port " << traces.front()->target.port.value << "</small>";
  to << "</h1>";
  if (!traces.empty()) {
    to << "<p class=\"target\">";
    const std::string address = traces.front()->target.address.text();
    if (!has_several_targets(page) && subject(page) != address) to << address << " · ";
    to << readable_time(traces.front()->started) << "</p>";
    const std::string addresses =
        page.ipv6_run ? "" : addresses_line(page.run, traces.front()->target.address);
    if (!addresses.empty()) to << "<p class=\"target\">" << addresses << "</p>";
  }
  if (page.traces.empty()) to << "<p class=\"verdict warn\">Nothing was traced.</p>";
  if (page.audit.empty()) {
    add_verdicts(to, page);
  } else {
    add_outcomes(to, page);
  }
  for (const std::string& line : page.over_both) to << "<p class=\"target\">" << line << "</p>";
  if (page.interrupted) {
    to << "<p class=\"left-out\">The run was interrupted: this is what was known by then.</p>";
  }
  to << "</header>";
}

/// Links to the sections that are there.
void add_navigation(Markup& to, const Markup& body) {
  const auto has = [&](std::string_view id) {
    return body.html().find(fmt::format("<section id=\"{}\"", id)) != std::string::npos;
  };
  to << "<nav aria-label=\"Sections\">";
  for (const auto& [id, title] :
       {std::pair("audit", "Rules"), std::pair("findings", "Findings"), std::pair("path", "Path"),
        std::pair("times", "Times"), std::pair("ports", "Ports"), std::pair("probes", "Probes"),
        std::pair("run", "This run")}) {
    if (has(id)) to << "<a href=\"#" << id << "\">" << title << "</a> ";
  }
  to << "</nav>";
}

}  // namespace
}  // namespace html

std::string html_page(const Page& page, const Names& names) {
  const html::Links links(page);
  const html::Source from{page, names, links};
  html::Markup body;
  html::add_audit(body, from);
  html::add_findings(body, from);
  html::add_graphs(body, from);
  html::add_times(body, from);
  html::add_matrix(body, from);
  html::add_probes(body, from);
  html::add_run(body, from);
  html::Markup document;
  html::add_head(document, page);
  document << "<body>";
  html::add_header(document, page);
  html::add_navigation(document, body);
  document << "<main>" << body << "</main></body></html>\n";
  return document.html();
}

}  // namespace tracetcp
