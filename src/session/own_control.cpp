#include "session/own_control.hpp"

#include "core/host_report.hpp"
#include "report/silent_tail.hpp"
#include "session/kept_trace.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

namespace tracetcp {
namespace {

// Most hosts that are asked for answer on one of these, and most firewalls let them pass.
constexpr std::array usual_ports{Port{443}, Port{80}};

bool has_end(const Trace& trace) {
  const State state = trace.verdict.state;
  return state == State::open || state == State::closed || state == State::rejected;
}

const Hop* hop_of(const Trace& trace, int ttl) {
  const auto found = std::find_if(trace.hops.begin(), trace.hops.end(),
                                  [&](const Hop& hop) { return hop.ttl.value == ttl; });
  return found == trace.hops.end() ? nullptr : &*found;
}

bool says_time_exceeded(const Hop& hop) {
  return std::any_of(hop.probes.begin(), hop.probes.end(), [](const ProbeRecord& probe) {
    return !probe.voided && probe.answer() != nullptr &&
           probe.answer()->kind == ReplyKind::time_exceeded;
  });
}

/// By a NAT, of this machine or on the way: other ports of that address show nothing of this one.
bool is_led_elsewhere(const Trace& trace) {
  const auto changes_target = [](const Translation& one) {
    return one.left.target != one.made.target;
  };
  const auto& translations = trace.translations;
  if (std::any_of(translations.begin(), translations.end(), changes_target)) return true;
  const auto findings = digest(trace).findings;
  return std::any_of(findings.begin(), findings.end(),
                     [](const Finding& finding) { return finding.kind() == FindingKind::nat; });
}

/// Two SYNs are waited for as long as the target's own answer took, and once more, or 100 ms more
/// for a router that makes its ICMP errors slowly. Silence shows nothing here, and is not waited
/// for.
Strategy of_two(const Strategy& strategy, const Trace& trace) {
  using namespace std::chrono_literals;
  Strategy two = strategy;
  const Ttl end = *trace.verdict.ttl;
  const Hop* before = end > strategy.first_ttl ? hop_of(trace, end.value - 1) : nullptr;
  const bool is_known = before != nullptr && !is_silent(*before);
  two.first_ttl = is_known ? before->ttl : end;
  two.max_hops = is_known ? 2 : 1;
  two.probes_per_hop = 1;
  two.anti_flood = false;
  two.make_sure = false;
  const Duration rtt = trace.verdict.rtt.value_or(1s);
  two.timeout = std::min(strategy.timeout, rtt + std::max<Duration>(rtt, 100ms));
  return two;
}

/// Nothing got farther than the traced port: a router may report soon that there is no such host.
bool is_silent_alike(const Trace& trace) {
  const Trace* control = trace.control.get();
  return trace.verdict.state == State::silent && trace.verdict.ttl && control != nullptr &&
         control->verdict.state == State::silent && control->verdict.ttl == trace.verdict.ttl;
}

/// By one SYN a hop, with a wait until a router has found out that the host is not there.
Strategy until_host_is_reported(const Strategy& strategy) {
  using namespace std::chrono_literals;
  constexpr Duration for_the_way = 200ms;
  Strategy waits = strategy;
  waits.probes_per_hop = 1;
  waits.patient = true;
  waits.timeout = std::min(strategy.timeout, host_reported_after + for_the_way);
  return waits;
}

}  // namespace

void add_control(Trace& compared, Trace control, RunDiagnosis& diagnosis) {
  diagnosis.add_control(control);
  const Trace* known = compared.control.get();
  const bool is_better =
      known == nullptr || (has_end(control) && !has_end(*known)) ||
      (has_end(control) == has_end(*known) && control.hops.size() >= known->hops.size());
  if (!is_better) return;
  compared.control = std::make_shared<const Trace>(std::move(control));
}

void OwnControl::compare(Trace& trace) {
  if (is_led_elsewhere(trace)) return;
  switch (trace.verdict.state) {
    case State::open:
      for (const Port port : usual_ports) {
        if (port == trace.target.port || !trace.verdict.ttl) continue;
        if (answers_nearer(trace, port)) trace_whole(trace);
        return;
      }
      return;
    case State::closed:
    case State::rejected:
    case State::silent:
      trace_whole(trace);
      return;
    case State::incomplete:
    case State::unknown:
      return;
  }
}

Trace OwnControl::run_control(const Trace& trace, Port port, const Strategy& strategy) {
  Trace control;
  KeptTrace kept([&](const Trace& finished) { control = finished; });
  run(parts_.prober, strategy, {trace.target.address, PortList(port)}, kept, parts_.interrupted,
      parts_.late, &parts_.meanwhile);
  return control;
}

bool OwnControl::answers_nearer(Trace& trace, Port port) {
  Trace control = run_control(trace, port, of_two(parts_.strategy, trace));
  const Hop* end = hop_of(control, trace.verdict.ttl->value);
  const bool is_nearer = end != nullptr && says_time_exceeded(*end);
  trace.syns_sent += control.syns_sent;
  if (!control.cut_short()) add_control(trace, std::move(control), parts_.diagnosis);
  return is_nearer;
}

bool OwnControl::take_control(Trace& trace, Port port, const Strategy& strategy) {
  Trace control = run_control(trace, port, strategy);
  trace.syns_sent += control.syns_sent;
  if (control.cut_short()) return true;
  const bool is_enough = has_end(control);
  parts_.page.take_control(control, parts_.source);
  add_control(trace, std::move(control), parts_.diagnosis);
  return is_enough;
}

void OwnControl::trace_whole(Trace& trace) {
  Port last = usual_ports.back();
  for (const Port port : usual_ports) {
    if (port == trace.target.port) continue;
    if (take_control(trace, port, parts_.strategy)) return;
    last = port;
  }
  if (is_silent_alike(trace)) take_control(trace, last, until_host_is_reported(parts_.strategy));
}

}  // namespace tracetcp
