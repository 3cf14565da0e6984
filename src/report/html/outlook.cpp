#include "report/html/outlook.hpp"

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

bool is_answered_by(const Trace& trace, AnsweredBy who) {
  return trace.diagnosis.answered_by == who && trace.diagnosis.confidence != Confidence::not_sure;
}

Tone tone_of(const Trace& trace) {
  switch (trace.verdict.state) {
    case State::open:
      return is_answered_by(trace, AnsweredBy::proxy) ? Tone::warning : Tone::good;
    case State::closed:
      return is_answered_by(trace, AnsweredBy::forged_reset) ? Tone::bad : Tone::plain;
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
  if (is_answered_by(trace, AnsweredBy::forged_reset)) return "reset on the way";
  if (is_answered_by(trace, AnsweredBy::proxy)) return "answered by a proxy";
  if (trace.interrupted && trace.verdict.state == State::incomplete) return "interrupted";
  return std::string(name(trace.verdict.state));
}

std::string target_text(const Trace& trace) {
  return fmt::format("{}:{}", trace.target.address.text(), trace.target.port.value);
}

std::string trace_label(const Page& page, const Trace& trace) {
  if (has_several_targets(page)) return target_text(trace);
  return fmt::format("port {}", trace.target.port.value);
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
