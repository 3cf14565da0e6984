#include "report/next_step.hpp"

#include "core/host_report.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace tracetcp {
namespace {

/// How long an answer from beyond the last hop that answers was waited for.
Duration waited_beyond(const Trace& trace) {
  TimePoint first = trace.ended;
  for (const Hop& hop : trace.hops) {
    if (hop.ttl <= *trace.verdict.ttl) continue;
    for (const ProbeRecord& probe : hop.probes) first = std::min(first, probe.sent);
  }
  return trace.ended - first;
}

bool is_silent_beyond_a_hop(const Trace& trace) {
  return trace.verdict.state == State::silent && trace.verdict.ttl;
}

/// Neither this trace nor its control waited as long as a router takes to report "host
/// unreachable".
bool may_be_down(const Trace& trace, const RunInfo& info) {
  const bool is_live = info.method == "raw" || info.method == "link" || info.method == "connect";
  if (!is_live || !is_silent_beyond_a_hop(trace) || !trace.diagnosis.findings.empty()) return false;
  const Trace* control = trace.control.get();
  if (control != nullptr && is_silent_beyond_a_hop(*control) &&
      waited_beyond(*control) >= host_reported_after) {
    return false;
  }
  return waited_beyond(trace) < host_reported_after;
}

/// Neither this port nor the control gets farther, and no reply says why.
bool is_silent_for_all(const Trace& trace) {
  return is_silent_beyond_a_hop(trace) && trace.control &&
         trace.control->verdict.state == State::silent &&
         !trace.diagnosis.has(FindingKind::blocked) && !trace.diagnosis.has(FindingKind::no_host);
}

bool has_several_responders(const Hop& hop) {
  const Reply* first = nullptr;
  for (const ProbeRecord& probe : hop.probes) {
    const Reply* answer = probe.voided ? nullptr : probe.answer();
    if (answer == nullptr) continue;
    if (first != nullptr && answer->from != first->from) return true;
    first = answer;
  }
  return false;
}

const Reply* hop_answer(const Hop& hop) {
  for (const ProbeRecord& probe : hop.probes) {
    const Reply* answer = probe.voided ? nullptr : probe.answer();
    if (answer != nullptr && answer->kind == ReplyKind::time_exceeded) return answer;
  }
  return nullptr;
}

/// The first hop where the control's flow gets an answer from another router; nullptr: none.
const Hop* parts_from_control(const Trace& trace) {
  if (!trace.control) return nullptr;
  for (const Hop& hop : trace.hops) {
    for (const Hop& other : trace.control->hops) {
      if (other.ttl != hop.ttl) continue;
      const Reply* one = hop_answer(hop);
      const Reply* two = hop_answer(other);
      if (one != nullptr && two != nullptr && one->from != two->from) return &hop;
    }
  }
  return nullptr;
}

struct Advice {
  std::string options;
  std::string reason;
};

Advice advice_for(const Trace& trace, const RunInfo& info) {
  const State state = trace.verdict.state;
  const auto several = std::find_if(trace.hops.begin(), trace.hops.end(), has_several_responders);
  const bool got_there = state == State::open || state == State::closed;
  const bool may_seek_paths = !got_there && info.method != "connect";
  if (may_seek_paths && several != trace.hops.end()) {
    return {"--paths", fmt::format("several routers answer as hop {}: other flows may take other "
                                   "paths",
                                   several->ttl.value)};
  }
  const Hop* parting = may_seek_paths ? parts_from_control(trace) : nullptr;
  if (parting != nullptr) {
    return {"--paths", fmt::format("port {} takes another path from hop {} on: other flows may too",
                                   trace.control->target.port.value, parting->ttl.value)};
  }
  if (may_be_down(trace, info)) {
    return {
        "--patient",
        fmt::format("a router reports after {} s that a host is down",
                    std::chrono::duration_cast<std::chrono::seconds>(host_reported_after).count())};
  }
  if (may_seek_paths && is_silent_for_all(trace)) {
    return {"--paths", "other flows may take another path, which is not broken"};
  }
  // Who gave another limit wanted no more.
  constexpr int usual_limit = 30;
  if (state == State::incomplete && !trace.diagnosis.has(FindingKind::loop) &&
      info.max_hops == usual_limit) {
    return {fmt::format("-m {}", 2 * usual_limit), "the path is longer"};
  }
  if (state == State::unknown && !trace.refusal && info.method != "connect") {
    return {"--method connect", "an ordinary connection leaves as an application's does"};
  }
  return {};
}

}  // namespace

std::string next_step(const Trace& trace, const RunInfo& info) {
  if (info.command.empty() || trace.paths || trace.cut_short()) return "";
  const Advice advice = advice_for(trace, info);
  if (advice.options.empty()) return "";
  return fmt::format("Next: {} {}  # {}\n", info.command, advice.options, advice.reason);
}

}  // namespace tracetcp
