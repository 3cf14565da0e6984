#include "identity/tagger.hpp"

#include "core/flow_label.hpp"

#include <tracetcp/engine.hpp>

#include <utility>

namespace tracetcp {

Tagger::Tagger(std::uint64_t seed, Address source, PortBlock ports, TagMode mode,
               SourceOf source_of)
    : seed_(seed),
      random_(seed),
      source_(source),
      source_of_(std::move(source_of)),
      ports_(ports),
      mode_(mode),
      next_id_{static_cast<std::uint16_t>(random_())},
      next_tsval_{static_cast<std::uint32_t>(random_())} {}

/// The flows of TagMode::flow have one, so that the port alone varies; but for those that are to
/// vary the label.
FlowLabel Tagger::label_of(Flow flow, std::uint32_t trace) const {
  const bool varies = trace >= first_label_flow;
  if (mode_ == TagMode::flow && !varies) flow.source.port = ports_.first;
  return flow_label_of(flow, seed_);
}

Syn Tagger::tag(const Probe& probe) {
  FlowState& flow = flows_[probe.id.trace];
  if (!flow.started || flow.own_isns || mode_ == TagMode::isn) flow.isn = random_isn();
  flow.started = true;
  if (next_id_.value == 0) ++next_id_.value;  // on a raw socket 0 means "kernel, choose one"

  std::uint16_t port = ports_.first.value;
  if (mode_ == TagMode::port) {
    port = static_cast<std::uint16_t>(port + probe.id.index % ports_.count);
  }
  if (mode_ == TagMode::flow) {
    port = static_cast<std::uint16_t>(port + probe.id.trace % ports_.count);
  }
  const Address source = source_of_ ? source_of_(probe.target.address) : source_;
  Syn syn{.flow = {.source = {source, Port{port}}, .target = probe.target},
          .ttl = probe.ttl,
          .tag = {.isn = flow.isn, .ip_id = next_id_, .tsval = next_tsval_}};
  syn.flow_label = label_of(syn.flow, probe.id.trace);
  ++next_id_.value;
  ++next_tsval_.value;
  return syn;
}

}  // namespace tracetcp
