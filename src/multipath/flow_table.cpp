#include "multipath/flow_table.hpp"

#include "tracer/judge.hpp"

#include <algorithm>

namespace tracetcp {

namespace {

/// Where a check decided the verdict, the end of the flow is taken from that check.
void take_check(const Trace& trace, FlowCell& cell) {
  for (const ProbeRecord& check : trace.checks) {
    const Reply* end = first_end(check);
    const Reply* known = cell.answer();
    if (end != nullptr && (known == nullptr || known->kind != end->kind)) cell.probes = {check};
  }
}

}  // namespace

const Reply* FlowCell::answer() const {
  for (const ProbeRecord& probe : probes) {
    if (probe.answer() != nullptr) return probe.answer();
  }
  return nullptr;
}

std::size_t FlowCell::answers() const {
  return static_cast<std::size_t>(std::count_if(
      probes.begin(), probes.end(), [](const auto& probe) { return probe.answer() != nullptr; }));
}

bool FlowCell::varies() const {
  const Reply* first = answer();
  return std::any_of(probes.begin(), probes.end(), [&](const ProbeRecord& probe) {
    return probe.answer() != nullptr && probe.answer()->from != first->from;
  });
}

std::size_t FlowCell::tries() const {
  return static_cast<std::size_t>(
      std::count_if(probes.begin(), probes.end(), [](const auto& probe) { return !probe.voided; }));
}

std::size_t FlowTable::add() {
  flows_.emplace_back(static_cast<std::size_t>(last_ - first_) + 1);
  ends_.emplace_back();
  return flows_.size() - 1;
}

std::size_t FlowTable::add(const Trace& trace) {
  const std::size_t flow = add();
  for (const Hop& hop : trace.path()) {
    if (!trace.verdict.ttl || hop.ttl >= *trace.verdict.ttl) continue;
    for (const ProbeRecord& probe : hop.probes) {
      const Reply* answer = probe.answer();
      const bool rejects = answer != nullptr && answer->kind == ReplyKind::unreachable;
      if (rejects) note_passing(hop.ttl.value, answer->from);
    }
  }
  for (const Hop& hop : trace.path()) {
    FlowCell& cell = at(flow, hop.ttl.value);
    cell.probes = hop.probes;
    if (hop.ttl == trace.verdict.ttl) take_check(trace, cell);
    if (cell.tries() == 0) continue;
    cell.state = cell.answer() == nullptr ? CellState::silent : CellState::answered;
    if (cell.answer() != nullptr && is_end(*cell.answer(), hop.ttl.value)) {
      note_end(flow, hop.ttl.value);
    }
  }
  return flow;
}

void FlowTable::note_end(std::size_t flow, int ttl) {
  ends_[flow] = std::min(ends_[flow].value_or(ttl), ttl);
}

void FlowTable::note_passing(int ttl, Address router) {
  passing_.insert({ttl, router});
}

bool FlowTable::is_end(const Reply& reply, int ttl) const {
  if (reply.kind == ReplyKind::unreachable && passing_.contains({ttl, reply.from})) return false;
  return ends_path(reply.kind);
}

Trace FlowTable::trace_of(std::size_t flow) const {
  Trace trace;
  for (int ttl = first_; ttl <= last_; ++ttl) {
    trace.hops.push_back(
        {.ttl = Ttl{static_cast<std::uint8_t>(ttl)}, .probes = at(flow, ttl).probes});
  }
  return trace;
}

void FlowTable::forget_waiting() {
  for (auto& flow : flows_) {
    for (FlowCell& cell : flow) {
      if (cell.state == CellState::waiting) cell.state = CellState::unasked;
    }
  }
}

}  // namespace tracetcp
