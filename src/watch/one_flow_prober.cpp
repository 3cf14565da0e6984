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

const ProbeId* OneFlowProber::id_of(std::uint32_t index) const {
  const std::uint32_t place = index - first_;  // unsigned: it may have come round
  return place < ids_.size() ? &ids_[place] : nullptr;
}

void OneFlowProber::send(std::span<const Probe> probes) {
  probes_.assign(probes.begin(), probes.end());
  for (Probe& probe : probes_) {
    const auto index = first_ + static_cast<std::uint32_t>(ids_.size());
    ids_.push_back(probe.id);
    probe.id = {.trace = only_trace, .index = index};
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
  if (!ids_.empty()) reply.trace = ids_.back().trace;
  if (reply.probe) {
    if (const ProbeId* id = id_of(*reply.probe)) {
      reply.trace = id->trace;
      reply.probe = id->index;
    } else {
      reply.probe.reset();
    }
    return;
  }
  std::vector<ProbeId> candidates;
  for (const std::uint32_t index : reply.candidates) {
    if (const ProbeId* id = id_of(index)) candidates.push_back(*id);
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
    const ProbeId* id = id_of(probe.id.index);
    if (id == nullptr) continue;
    sent_.push_back(probe);
    sent_.back().id = *id;
  }
  return sent_;
}

std::vector<ProbeId> OneFlowProber::take_refused() {
  std::vector<ProbeId> refused;
  for (const ProbeId& beneath : beneath_.take_refused()) {
    if (const ProbeId* id = id_of(beneath.index)) refused.push_back(*id);
  }
  return refused;
}

void OneFlowProber::complete(Trace& trace) {
  const std::uint32_t number = trace.id;
  std::map<std::uint32_t, std::uint32_t> beneath;  // by the trace's own index
  for (std::size_t i = 0; i < ids_.size(); ++i) {
    if (ids_[i].trace == number) beneath[ids_[i].index] = first_ + static_cast<std::uint32_t>(i);
  }
  std::map<std::uint32_t, std::uint32_t> own;
  trace.id = only_trace;
  each_probe(trace, [&](ProbeRecord& probe) {
    const std::uint32_t index = beneath.at(probe.index);
    own[index] = probe.index;
    probe.index = index;
  });
  beneath_.complete(trace);
  trace.id = number;
  each_probe(trace, [&](ProbeRecord& probe) { probe.index = own.at(probe.index); });
}

/// Probes of later traces may have left between those of this one; what is behind them is retired
/// with the next.
void OneFlowProber::conclude(std::uint32_t trace) {
  while (!ids_.empty() && ids_.front().trace <= trace) {
    ids_.pop_front();
    ++first_;
  }
  beneath_.retire(only_trace, first_);
}

}  // namespace tracetcp
