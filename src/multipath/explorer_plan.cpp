// What the Explorer asks next.

#include "multipath/explorer.hpp"
#include "multipath/rare_silence.hpp"
#include "multipath/stopping_rule.hpp"

#include <algorithm>

namespace tracetcp {

void Explorer::wish(std::size_t flow, int ttl, TimePoint due) {
  if (wished_[flow][static_cast<std::size_t>(ttl)]) return;
  wished_[flow][static_cast<std::size_t>(ttl)] = true;
  wishes_.push_back({.flow = flow, .ttl = ttl, .due = due});
}

void Explorer::plan() {
  exhausted_ = false;
  plan_first_flows();
  demands_.assign(graph_->nodes().size(), {});
  for (std::size_t node = graph_->nodes().size(); node-- > 0;) plan_next_hops(node);
  for (std::size_t node = 0; node < graph_->nodes().size(); ++node) plan_repeats(node);
  for (std::size_t node = 1; node < graph_->nodes().size(); ++node) plan_link(node);
  for (int ttl = table_.first() - 1; ttl < table_.last(); ++ttl) plan_node_control(ttl);
}

/// Each hop needs as many flows as its first node, so these need not wait for each other.
void Explorer::plan_first_flows() {
  for (int ttl = table_.first(); ttl <= first_flows_to_; ++ttl) {
    for (std::size_t flow = 1; flow < static_cast<std::size_t>(stopping_point(1)); ++flow) {
      if (may_ask(flow, ttl)) wish(flow, ttl, {});
    }
  }
}

/// Whether it makes sense to look for what lies behind the node.
bool Explorer::is_followed(const PathGraph::Node& node) const {
  if (node.is_end() || node.ttl >= table_.last()) return false;
  return !node.is_silent() ||
         node.ttl < std::max(followed_to_, node.ttl - node.key.silent + silent_tail);
}

bool Explorer::may_ask(std::size_t flow, int ttl) const {
  if (flow == 0 || table_.at(flow, ttl).state != CellState::unasked) return false;
  if (wished_[flow][static_cast<std::size_t>(ttl)]) return false;
  const auto end = table_.end(flow);
  return !end || ttl < *end;
}

/// Asks flows that pass the node one hop further, as many as the stopping rule wants.
void Explorer::plan_next_hops(std::size_t index) {
  const PathGraph::Node& node = graph_->nodes()[index];
  if (!is_followed(node)) return;
  Demand& demand = demands_[index];
  const int next_ttl = node.ttl + 1;
  demand.under_way = node.waiting;
  for (const std::size_t flow : node.flows) {
    const bool is_unasked = table_.at(flow, next_ttl).state == CellState::unasked;
    if (is_unasked && wished_[flow][static_cast<std::size_t>(next_ttl)]) ++demand.under_way;
  }
  const std::uint32_t needed = node.flows_needed();
  const bool may_serve_silent = node.settled < most_for_silence * needed;
  std::uint32_t wanted = may_serve_silent ? demand.for_silent : 0;
  if (node.settled < needed) wanted = std::max(wanted, needed - node.settled);
  for (const std::size_t flow : node.flows) {
    if (demand.under_way >= wanted) return;
    if (!may_ask(flow, next_ttl)) continue;
    wish(flow, next_ttl, {});
    ++demand.under_way;
  }
  if (demand.under_way >= wanted) return;
  if (!node.is_silent()) {
    demand.missing = wanted - demand.under_way;
    return;
  }
  // Only the node before can lead more flows to a silent one.
  for (const auto& [before, flows] : node.previous) {
    demands_[before].for_silent += wanted - demand.under_way;
  }
}

/// Flows come to a node from those before it: while these look for their next hops, more may.
bool Explorer::waits_for_previous(const PathGraph::Node& node) const {
  for (const auto& [before, flows] : node.previous) {
    const Demand& demand = demands_[before];
    if (!demand.hopeless && (demand.missing > 0 || demand.under_way > 0)) return true;
  }
  return false;
}

/// Asks flows at the hop of nodes that too few are known to pass.
void Explorer::plan_node_control(int ttl) {
  const auto [first, last] = graph_->layer(ttl);
  std::uint32_t missing = 0;
  for (std::size_t node = first; node < last; ++node) {
    if (!waits_for_previous(graph_->nodes()[node])) missing += demands_[node].missing;
  }
  if (missing == 0) return;
  // The start is passed by all flows: what is missing there is asked at the first hop.
  const bool at_start = ttl < table_.first();
  const std::uint32_t under_way = at_start ? 0 : under_way_at(ttl);
  if (under_way >= missing) return;
  const std::size_t wanted = missing - under_way;
  std::vector<std::size_t> flows;
  if (!at_start) flows = candidates(ttl, wanted);
  while (flows.size() < wanted) {
    const auto flow = new_flow();
    if (!flow) break;
    flows.push_back(*flow);
  }
  for (const std::size_t flow : flows) wish(flow, at_start ? table_.first() : ttl, {});
  if (flows.size() == wanted) return;
  exhausted_ = true;
  for (std::size_t node = first; node < last; ++node) demands_[node].hopeless = true;
}

/// Flows that may yet turn out to come to any node of this TTL.
std::uint32_t Explorer::under_way_at(int ttl) const {
  std::uint32_t under_way = 0;
  for (std::size_t flow = 1; flow < table_.size(); ++flow) {
    const FlowCell& cell = table_.at(flow, ttl);
    const bool is_wished = wished_[flow][static_cast<std::size_t>(ttl)];
    if (cell.state == CellState::waiting || (cell.state == CellState::unasked && is_wished))
      ++under_way;
  }
  return under_way;
}

/// Flows that may come to a node of this TTL that needs more, as many as are wanted if there are:
/// best those that are known to come to a node before such a one, then those of which that is not
/// known.
std::vector<std::size_t> Explorer::candidates(int ttl, std::size_t wanted) const {
  std::vector<std::size_t> placed;
  std::vector<std::size_t> unplaced;
  const auto is_needed = [&](const auto& next) { return demands_[next.first].missing > 0; };
  for (std::size_t flow = 1; flow < table_.size() && placed.size() < wanted; ++flow) {
    if (!may_ask(flow, ttl)) continue;
    const auto before = graph_->node_of(flow, ttl - 1);
    if (!before) {
      unplaced.push_back(flow);
    } else if (const auto& next = graph_->nodes()[*before].next;
               std::any_of(next.begin(), next.end(), is_needed)) {
      placed.push_back(flow);
    }
  }
  unplaced.resize(std::min(unplaced.size(), wanted - placed.size()));
  placed.insert(placed.end(), unplaced.begin(), unplaced.end());
  return placed;
}

/// Where flows part, some of them are asked a second time: a balancer that spreads packets, not
/// flows, sends them elsewhere then.
void Explorer::plan_repeats(std::size_t index) {
  const PathGraph::Node& node = graph_->nodes()[index];
  const auto is_seen = [&](const auto& next) { return !graph_->nodes()[next.first].is_silent(); };
  if (node.varies || std::count_if(node.next.begin(), node.next.end(), is_seen) < 2) return;
  int repeated = 0;
  for (const std::size_t flow : node.flows) {
    if (table_.at(flow, node.ttl + 1).tries() > 1) ++repeated;
  }
  for (const std::size_t flow : node.flows) {
    if (repeated >= stopping_point(1)) return;
    const FlowCell& cell = table_.at(flow, node.ttl + 1);
    if (flow == 0 || cell.state != CellState::answered || cell.tries() > 1) continue;
    if (table_.is_end(*cell.answer(), node.ttl + 1)) continue;  // SYNs to the target are to be few
    wish(flow, node.ttl + 1, cell.last_probe().sent + timeouts_.between_probes());
    ++repeated;
  }
}

/// A flow found by node control may reach a node to which no flow is known from the hop before.
void Explorer::plan_link(std::size_t index) {
  const PathGraph::Node& node = graph_->nodes()[index];
  if (!node.previous.empty() || node.flows.empty()) return;
  const std::size_t flow = node.flows.front();
  for (int ttl = node.ttl - 1; ttl >= table_.first(); --ttl) {
    if (table_.at(flow, ttl).state == CellState::waiting) return;
    if (may_ask(flow, ttl)) return wish(flow, ttl, {});
  }
}

}  // namespace tracetcp
