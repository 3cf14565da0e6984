#include "cli/reset_rows.hpp"

#include <tracetcp/diagnose.hpp>

#include <utility>

namespace tracetcp::cli {
namespace {

/// Two answers from one distance agree with each other; a third decides between two that do not.
constexpr std::size_t others_awaited = 2;
constexpr std::size_t most_known = 64;

bool is_answered(const Trace& trace) {
  return trace.verdict.state == State::open || trace.verdict.state == State::closed;
}

}  // namespace

void ResetRows::begun(const Trace& trace) {
  if (held_.empty()) return to().begun(trace);
  held_.push_back({.report = [this, trace] { to().begun(trace); }});
}

void ResetRows::progressed(const Trace& trace) {
  if (held_.empty()) to().progressed(trace);
}

void ResetRows::settled(const Trace& trace, const Hop& hop) {
  if (held_.empty()) return to().settled(trace, hop);
  held_.push_back({.report = [this, trace, hop] { to().settled(trace, hop); }});
}

void ResetRows::finished(const Trace& trace) {
  if (is_answered(trace)) {
    ++answered_;
    if (known_.size() >= most_known) known_.drop(most_known / 2);
    known_.add(digest(trace));
  }
  const bool is_reset = trace.verdict.state == State::closed;
  const bool waits = !held_.empty() || (is_reset && answered_ <= others_awaited);
  if (!waits) return report(trace);
  held_.push_back(
      {.report = [this, trace] { report(trace); }, .due = is_reset ? others_awaited + 1 : 0});
  release();
}

void ResetRows::release() {
  while (!held_.empty() && held_.front().due <= answered_) {
    held_.front().report();
    held_.pop_front();
  }
}

void ResetRows::flush() {
  for (const Held& held : std::exchange(held_, {})) held.report();
}

/// Only the row of a RST needs the diagnosis: the findings come after all traces.
void ResetRows::report(const Trace& trace) {
  if (trace.verdict.state == State::closed) {
    Diagnosis diagnosis = diagnose_beside(digest(trace), known_.telling_of(trace.target.address));
    if (!diagnosis.findings.empty()) {
      Trace diagnosed = trace;
      diagnosed.diagnosis = std::move(diagnosis);
      to().answered(diagnosed);
    }
  }
  to().finished(trace);
}

}  // namespace tracetcp::cli
