#include "report/tone.hpp"

#include <tracetcp/diagnose.hpp>

namespace tracetcp {
namespace {

std::string words_of(const Trace& trace, EndKind kind) {
  switch (kind) {
    case EndKind::proxy:
      return "answered by a proxy";
    case EndKind::accepted:
      return "accepted on the way or beyond";
    case EndKind::forged_reset:
      return "reset on the way";
    case EndKind::incomplete:
      if (!trace.cut_short()) return "hop limit reached";
      return trace.interrupted ? "interrupted" : "ended by an error";
    case EndKind::open:
    case EndKind::closed:
    case EndKind::rejected:
    case EndKind::silent:
    case EndKind::unknown:
      break;
  }
  return std::string(name(kind));
}

}  // namespace

Tone tone_of(const Trace& trace) {
  if (is_on_some_paths(trace.diagnosis)) return Tone::warning;
  switch (path_end(trace).kind) {
    case EndKind::open:
      return Tone::good;
    case EndKind::closed:
      return Tone::plain;
    case EndKind::forged_reset:
    case EndKind::rejected:
    case EndKind::silent:
      return Tone::bad;
    case EndKind::proxy:
    case EndKind::accepted:
    case EndKind::incomplete:
    case EndKind::unknown:
      break;
  }
  return Tone::warning;
}

std::string short_verdict(const Trace& trace) {
  const EndKind kind = path_end(trace).kind;
  const std::string words = words_of(trace, kind);
  const bool is_known = kind != EndKind::incomplete && kind != EndKind::unknown;
  return is_known && is_on_some_paths(trace.diagnosis) ? words + " on some paths" : words;
}

}  // namespace tracetcp
