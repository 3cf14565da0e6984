#include "report/html/outlook.hpp"

#include "report/port_fates.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace tracetcp::html {

const char* class_of(Tone tone) {
  switch (tone) {
    case Tone::good:
      return "good";
    case Tone::plain:
      return "plain";
    case Tone::warning:
      return "warn";
    case Tone::bad:
      break;
  }
  return "bad";
}

namespace {

bool is_only_on_some_paths(const Trace& trace) {
  const auto& findings = trace.diagnosis.findings;
  return std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
    return finding.kind() == FindingKind::some_paths && finding.confidence != Confidence::not_sure;
  });
}

}  // namespace

Tone tone_of(const Trace& trace) {
  if (is_only_on_some_paths(trace)) return Tone::warning;
  switch (trace.verdict.state) {
    case State::open:
      return trace.diagnosis.is_answered_by(AnsweredBy::proxy) ? Tone::warning : Tone::good;
    case State::closed:
      return trace.diagnosis.is_answered_by(AnsweredBy::forged_reset) ? Tone::bad : Tone::plain;
    case State::rejected:
    case State::silent:
      return Tone::bad;
    case State::incomplete:
    case State::unknown:
      break;
  }
  return Tone::warning;
}

std::string short_verdict(const Trace& trace) {
  if (trace.diagnosis.is_answered_by(AnsweredBy::forged_reset)) return "reset on the way";
  if (trace.diagnosis.is_answered_by(AnsweredBy::proxy)) return "answered by a proxy";
  if (is_only_on_some_paths(trace))
    return std::string(name(trace.verdict.state)) + " on some paths";
  if (trace.verdict.state == State::incomplete) {
    if (trace.cut_short()) return trace.interrupted ? "interrupted" : "ended by an error";
    return "hop limit reached";
  }
  return std::string(name(trace.verdict.state));
}

std::string target_text(const Trace& trace) {
  return text(trace.target);
}

std::string trace_label(const Page& page, const Trace& trace) {
  if (has_several_targets(page)) return target_text(trace);
  return fmt::format("port {}", trace.target.port.value);
}

std::string ports_text(const std::vector<std::uint16_t>& ports) {
  return (ports.size() == 1 ? "port " : "ports ") + port_list(ports);
}

std::string name_of(Address address, const Names& names) {
  return names.of(address).value_or("");
}

bool has_several_targets(const Page& page) {
  return std::any_of(page.traces.begin(), page.traces.end(), [&](const PageTrace& one) {
    return one.trace.target.address != page.traces.front().trace.target.address;
  });
}

}  // namespace tracetcp::html
