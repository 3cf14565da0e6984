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

namespace {

/// It becomes Trace::control unless one that got farther is there.
void keep_better(Trace& compared, const Trace& control) {
  const Trace* known = compared.control.get();
  const bool is_better =
      known == nullptr || (has_end(control) && !has_end(*known)) ||
      (has_end(control) == has_end(*known) && control.hops.size() >= known->hops.size());
  if (is_better) compared.control = std::make_shared<const Trace>(control);
}

}  // namespace

void add_control(Trace& compared, const Trace& control, RunDiagnosis& diagnosis) {
  diagnosis.add_control(control);
  keep_better(compared, control);
}

ControlPlan::ControlPlan(Trace& trace, const Strategy& strategy)
    : trace_(trace), strategy_(strategy) {
  if (is_led_elsewhere(trace)) return;
  switch (trace.verdict.state) {
    case State::open:
      if (trace.verdict.ttl) step_ = Step::nearer;
      return;
    case State::closed:
    case State::rejected:
    case State::silent:
      step_ = Step::whole;
      return;
    case State::incomplete:
    case State::unknown:
      return;
  }
}

/// The next of the usual ports that is not the trace's own.
std::optional<Port> ControlPlan::port_from(std::size_t place) {
  for (place_ = place; place_ < usual_ports.size(); ++place_) {
    if (usual_ports.at(place_) != trace_.target.port) return usual_ports.at(place_);
  }
  return std::nullopt;
}

std::optional<Control> ControlPlan::next() {
  switch (step_) {
    case Step::nearer:
      return Control{.port = *port_from(0), .strategy = of_two(strategy_, trace_)};
    case Step::whole:
      if (const auto port = port_from(place_)) {
        return Control{.port = *port, .strategy = strategy_, .is_whole = true};
      }
      step_ = Step::host_report;
      [[fallthrough]];
    case Step::host_report:
      if (!is_silent_alike(trace_)) break;
      return Control{
          .port = last_, .strategy = until_host_is_reported(strategy_), .is_whole = true};
    case Step::none:
      break;
  }
  return std::nullopt;
}

void ControlPlan::take(const Control& control, const Trace& trace) {
  const Step taken = std::exchange(step_, Step::none);
  trace_.syns_sent += trace.syns_sent;
  if (trace.cut_short()) return;
  keep_better(trace_, trace);
  if (taken == Step::nearer) {
    const Hop* end = hop_of(trace, trace_.verdict.ttl->value);
    if (end == nullptr || !says_time_exceeded(*end)) return;
    step_ = Step::whole;
    place_ = 0;
  } else if (taken == Step::whole && !has_end(trace)) {
    step_ = Step::whole;
    last_ = control.port;
    ++place_;
  }
}

void OwnControl::compare(Trace& trace) {
  ControlPlan plan(trace, parts_.strategy);
  while (const auto control = plan.next()) {
    const Trace finished = run_control(trace, *control);
    if (!finished.cut_short()) {
      if (control->is_whole) parts_.page.take_control(finished, parts_.source);
      parts_.diagnosis.add_control(finished);
    }
    plan.take(*control, finished);
  }
}

Trace OwnControl::run_control(const Trace& trace, const Control& control) {
  Trace finished;
  KeptTrace kept([&](const Trace& one) { finished = one; });
  run(parts_.prober, control.strategy, {trace.target.address, PortList(control.port)}, kept,
      parts_.interrupted, parts_.late, &parts_.meanwhile);
  return finished;
}

}  // namespace tracetcp
