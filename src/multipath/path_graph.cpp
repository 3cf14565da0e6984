#include "multipath/path_graph.hpp"

#include "multipath/stopping_rule.hpp"

#include <algorithm>

namespace tracetcp {
namespace {

void add(PathGraph::Links& links, std::size_t node, std::uint32_t flows) {
  const auto known = std::find_if(links.begin(), links.end(),
                                  [&](const auto& link) { return link.first == node; });
  if (known == links.end()) {
    links.emplace_back(node, flows);
  } else {
    known->second += flows;
  }
}

}  // namespace

std::uint32_t PathGraph::Node::flows_needed() const {
  const int found = std::max(1, static_cast<int>(next.size()));
  return static_cast<std::uint32_t>(stopping_point(found));
}

PathGraph::PathGraph(const FlowTable& table) : table_(table) {
  Node start{.ttl = table.first() - 1};
  start.key.start = true;
  layers_.push_back(0);
  at_.emplace_back(table.size(), 0);
  for (std::size_t flow = 0; flow < table.size(); ++flow) {
    start.flows.push_back(flow);
    ends_.push_back(table.end(flow).value_or(table.last()));
  }
  nodes_.push_back(std::move(start));
  for (int ttl = table.first(); ttl <= table.last(); ++ttl) add_layer(ttl);
  layers_.push_back(nodes_.size());
}

std::size_t PathGraph::index_of(int ttl) const {
  const int index = ttl - (table_.first() - 1);
  return static_cast<std::size_t>(index);
}

std::pair<std::size_t, std::size_t> PathGraph::layer(int ttl) const {
  const std::size_t index = index_of(ttl);
  return {layers_[index], layers_[index + 1]};
}

std::optional<std::size_t> PathGraph::node_of(std::size_t flow, int ttl) const {
  const auto& layer = at_[index_of(ttl)];
  const std::uint32_t node = flow < layer.size() ? layer[flow] : unknown;
  return node == unknown ? std::nullopt : std::optional<std::size_t>(node);
}

void PathGraph::add_layer(int ttl) {
  layers_.push_back(nodes_.size());
  at_.emplace_back(table_.size(), unknown);
  for (std::size_t flow = 0; flow < table_.size(); ++flow) {
    // Beyond its end a flow has no path, whatever was asked there too early to know.
    if (ttl > ends_[flow]) continue;
    const auto before = node_of(flow, ttl - 1);
    const auto key = key_of(flow, ttl);
    if (key) {
      const std::size_t node = node_with(*key, ttl);
      nodes_[node].flows.push_back(flow);
      at_.back()[flow] = static_cast<std::uint32_t>(node);
    }
    if (before) connect(flow, ttl, *before);
  }
}

std::optional<NodeKey> PathGraph::key_of(std::size_t flow, int ttl) const {
  const FlowCell& cell = table_.at(flow, ttl);
  NodeKey key;
  if (cell.state == CellState::answered) {
    const Reply& answer = *cell.answer();
    key.address = answer.from;
    if (table_.is_end(answer, ttl)) key.end = answer.kind;
    return key;
  }
  const auto before = node_of(flow, ttl - 1);
  if (cell.state != CellState::silent || !before) return std::nullopt;
  key = nodes_[*before].key;
  ++key.silent;
  return key;
}

std::size_t PathGraph::node_with(const NodeKey& key, int ttl) {
  for (std::size_t node = layers_.back(); node < nodes_.size(); ++node) {
    if (nodes_[node].key == key) return node;
  }
  nodes_.push_back({.ttl = ttl, .key = key, .flows = {}, .next = {}, .previous = {}});
  return nodes_.size() - 1;
}

/// Notes how a flow that was at `from` went on with this TTL.
void PathGraph::connect(std::size_t flow, int ttl, std::size_t from) {
  const FlowCell& cell = table_.at(flow, ttl);
  if (cell.state == CellState::waiting) ++nodes_[from].waiting;
  const auto to = node_of(flow, ttl);
  if (!to) return;
  ++nodes_[from].settled;
  add(nodes_[from].next, *to, 1);
  add(nodes_[*to].previous, from, 1);
  if (cell.state != CellState::answered || !cell.varies()) return;
  nodes_[from].varies = true;
  const Reply& first = *cell.answer();
  for (const ProbeRecord& probe : cell.probes) {
    const Reply* other = probe.answer();
    if (other == nullptr || other->from == first.from || table_.is_end(*other, ttl)) continue;
    const std::size_t node = node_with({.address = other->from}, ttl);
    add(nodes_[from].next, node, 0);
    add(nodes_[node].previous, from, 0);
  }
}

}  // namespace tracetcp
