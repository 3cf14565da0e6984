#include "watch/one_flow_prober.hpp"

#include <algorithm>
#include <map>

namespace tracetcp {
namespace {

template <class Change>
void each_probe(Trace& trace, Change change) {
  for (Hop& hop : trace.hops) std::for_each(hop.probes.begin(), hop.probes.end(), change);
  std::for_each(trace.checks.begin(), trace.checks.end(), change);
}

}  // namespace

const ProbeId* OneFlowProber::Flow::id_of(std::uint32_t index) const {
  const std::uint32_t place = index - first;  // unsigned: it may have come round
  return place < ids.size() ? &ids[place] : nullptr;
}

const ProbeId* OneFlowProber::id_of(const ProbeId& beneath) const {
  return beneath.trace < flows_.size() ? flows_[beneath.trace].id_of(beneath.index) : nullptr;
}

std::uint32_t OneFlowProber::flow_to(const Endpoint& target) {
  const auto [known, is_new] =
      by_target_.try_emplace(target, static_cast<std::uint32_t>(flows_.size()));
  if (is_new) flows_.emplace_back();
  return known->second;
}

void OneFlowProber::send(std::span<const Probe> probes) {
  probes_.assign(probes.begin(), probes.end());
  for (Probe& probe : probes_) {
    const std::uint32_t number = flow_to(probe.target);
    Flow& flow = flows_[number];
    const auto index = flow.first + static_cast<std::uint32_t>(flow.ids.size());
    flow.ids.push_back(probe.id);
    flow.latest = probe.id.trace;
    by_trace_[probe.id.trace] = number;
    probe.id = {.trace = number, .index = index};
  }
  beneath_.send(probes_);
}

std::span<const Reply> OneFlowProber::wait(TimePoint until) {
  const std::span<const Reply> replies = beneath_.wait(until);
  replies_.assign(replies.begin(), replies.end());
  for (Reply& reply : replies_) attribute(reply);
  return replies_;
}

/// What names no probe goes to the last trace that it may belong to.
void OneFlowProber::attribute(Reply& reply) const {
  if (reply.trace >= flows_.size()) return;
  const Flow& flow = flows_[reply.trace];
  reply.trace = flow.latest;
  if (reply.probe) {
    if (const ProbeId* id = flow.id_of(*reply.probe)) {
      reply.trace = id->trace;
      reply.probe = id->index;
    } else {
      reply.probe.reset();
    }
    return;
  }
  std::vector<ProbeId> candidates;
  for (const std::uint32_t index : reply.candidates) {
    if (const ProbeId* id = flow.id_of(index)) candidates.push_back(*id);
  }
  reply.candidates.clear();
  for (const ProbeId& id : candidates) {
    if (id.trace == candidates.back().trace) reply.candidates.push_back(id.index);
  }
  if (!candidates.empty()) reply.trace = candidates.back().trace;
}

std::span<const SentProbe> OneFlowProber::sent() {
  sent_.clear();
  for (const SentProbe& probe : beneath_.sent()) {
    const ProbeId* id = id_of(probe.id);
    if (id == nullptr) continue;
    sent_.push_back(probe);
    sent_.back().id = *id;
  }
  return sent_;
}

std::vector<ProbeId> OneFlowProber::take_refused() {
  std::vector<ProbeId> refused;
  for (const ProbeId& beneath : beneath_.take_refused()) {
    if (const ProbeId* id = id_of(beneath)) refused.push_back(*id);
  }
  return refused;
}

void OneFlowProber::complete(Trace& trace) {
  const std::uint32_t number = trace.id;
  const auto flow_number = by_trace_.find(number);
  if (flow_number == by_trace_.end()) return;  // it sent nothing
  const Flow& flow = flows_[flow_number->second];
  std::map<std::uint32_t, std::uint32_t> beneath;  // by the trace's own index
  for (std::size_t i = 0; i < flow.ids.size(); ++i) {
    if (flow.ids[i].trace == number) {
      beneath[flow.ids[i].index] = flow.first + static_cast<std::uint32_t>(i);
    }
  }
  std::map<std::uint32_t, std::uint32_t> own;
  trace.id = flow_number->second;
  each_probe(trace, [&](ProbeRecord& probe) {
    const std::uint32_t index = beneath.at(probe.index);
    own[index] = probe.index;
    probe.index = index;
  });
  beneath_.complete(trace);
  trace.id = number;
  each_probe(trace, [&](ProbeRecord& probe) { probe.index = own.at(probe.index); });
}

/// Probes of other traces may have left between those of this one; what is behind them is retired
/// with those.
void OneFlowProber::conclude(std::uint32_t trace) {
  const auto found = by_trace_.find(trace);
  if (found == by_trace_.end()) return;
  const std::uint32_t number = found->second;
  by_trace_.erase(found);
  Flow& flow = flows_[number];
  flow.concluded.insert(trace);
  const std::uint32_t first = flow.first;
  while (!flow.ids.empty() && flow.concluded.contains(flow.ids.front().trace)) {
    flow.ids.pop_front();
    ++flow.first;
  }
  const auto remains = [&](std::uint32_t one) {
    return std::any_of(flow.ids.begin(), flow.ids.end(),
                       [&](const ProbeId& id) { return id.trace == one; });
  };
  std::erase_if(flow.concluded, [&](std::uint32_t one) { return !remains(one); });
  if (flow.first != first) beneath_.retire(number, flow.first);
}

}  // namespace tracetcp
