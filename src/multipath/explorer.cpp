#include "multipath/explorer.hpp"

#include "multipath/rare_silence.hpp"
#include "multipath/stopping_rule.hpp"

#include <algorithm>

namespace tracetcp {

using namespace std::chrono_literals;

namespace {

/// Between SYNs that may reach the target, whatever their flows.
constexpr Duration between_flows_at_target = 50ms;

Ttl ttl_of(int ttl) {
  return Ttl{static_cast<std::uint8_t>(ttl)};
}

}  // namespace

Explorer::Explorer(const Trace& first, const Strategy& strategy, TimePoint now,
                   std::uint32_t first_id)
    : strategy_(strategy),
      target_(first.target),
      first_id_(first_id),
      pacer_(strategy_),
      timeouts_(strategy_, pacer_),
      table_(strategy.first_ttl, strategy.last_ttl()),
      heard_at_(256),
      followed_to_(strategy.first_ttl.value - 1),
      first_flows_to_(strategy.first_ttl.value) {
  table_.add(first);
  places_.emplace_back();
  learn_from(first);
  if (const auto end = table_.end(0)) {
    nearest_end_ = *end;
    first_flows_to_ = std::max(first_flows_to_, *end - 1);
  } else {
    first_flows_to_ = std::max(first_flows_to_, followed_to_);
    followed_to_ += silent_tail;
  }
  while (table_.size() < static_cast<std::size_t>(stopping_point(1))) new_flow();
  settle(now);
}

/// Times of the path, and who answers there.
void Explorer::learn_from(const Trace& first) {
  for (const Hop& hop : first.path()) {
    for (const ProbeRecord& probe : hop.probes) {
      for (const Reply& reply : probe.replies) {
        heard_at_[hop.ttl.value] = true;
        pacer_.answered_by_hop(hop.ttl, 0, reply.time);
        if (!reply.rtt) continue;
        if (table_.is_end(reply, hop.ttl.value)) {
          timeouts_.heard_target(*reply.rtt);
        } else {
          timeouts_.heard(*reply.rtt);
        }
      }
    }
    if (heard_at_[hop.ttl.value]) followed_to_ = hop.ttl.value;
  }
}

std::optional<std::size_t> Explorer::new_flow() {
  if (table_.size() == most_flows) return std::nullopt;
  places_.emplace_back();
  wished_.emplace_back(256);
  return table_.add();
}

FlowTable Explorer::table() const {
  FlowTable table = table_;
  table.forget_waiting();
  return table;
}

void Explorer::settle(TimePoint now) {
  if (done_ || (!changed_ && now < wake_)) return;
  changed_ = false;
  do {
    review(now);
    plan();
  } while (drop_rare_silence(table_, *graph_));
  done_ = wishes_.empty() && !waiting_for_any_;
}

// --- what became of what was asked --------------------------------------------------------------

/// Sees to all cells, TTL by TTL, as whether a silence matters depends on the hop before.
void Explorer::review(TimePoint now) {
  wake_ = never;
  waiting_for_any_ = false;
  wishes_.clear();
  wished_.assign(table_.size(), std::vector<bool>(256));
  for (int ttl = table_.first(); ttl <= table_.last(); ++ttl) pacer_.at(ttl_of(ttl)).conclude(now);
  for (std::size_t flow = 1; flow < table_.size(); ++flow) {
    const int end = table_.end(flow).value_or(table_.last());
    bool is_placed = true;
    for (int ttl = table_.first(); ttl <= table_.last(); ++ttl) {
      if (ttl > end) {
        pacer_.at(ttl_of(ttl)).withdraw(static_cast<std::uint32_t>(flow));
        if (table_.at(flow, ttl).state == CellState::waiting)
          table_.at(flow, ttl).state = CellState::lost;
        continue;
      }
      review(flow, ttl, is_placed, now);
      const CellState state = table_.at(flow, ttl).state;
      is_placed = state == CellState::answered || (state == CellState::silent && is_placed);
    }
  }
  graph_.emplace(table_);
}

/// How long an answer to this TTL may take.
Duration Explorer::patience(int ttl) const {
  return nearest_end_ && ttl >= *nearest_end_ ? timeouts_.at_target() : timeouts_.at_passed_hop();
}

/// `is_placed`: where the flow was one hop before is known.
void Explorer::review(std::size_t flow, int ttl, bool is_placed, TimePoint now) {
  FlowCell& cell = table_.at(flow, ttl);
  if (cell.probes.empty()) return;
  if (cell.state == CellState::lost && cell.answer() == nullptr) return;
  const TimePoint waited = cell.last_probe().sent + patience(ttl);
  if (cell.answer() != nullptr) {
    cell.state = CellState::answered;
    const bool repeats = cell.last_probe().answer() == nullptr && !cell.last_probe().voided;
    if (!repeats || now >= waited) return;
    waiting_for_any_ = true;
    wake_ = std::min(wake_, waited);
    return;
  }
  cell.state = CellState::waiting;
  if (cell.tries() == 0) {  // no answer could be attributed to one of them
    wish(flow, ttl, cell.last_probe().sent + timeouts_.between_syns_at_target());
  } else if (now < waited) {
    wake_ = std::min(wake_, waited);
  } else if (!is_heard_at(ttl)) {
    cell.state = CellState::silent;
  } else {
    review_silence(flow, ttl, is_placed, now);
  }
  if (cell.state == CellState::waiting) waiting_for_any_ = true;
}

/// Where others get answers a silence is put to the test: it may be the responder's rate limit, or
/// a loss.
void Explorer::review_silence(std::size_t flow, int ttl, bool is_placed, TimePoint now) {
  FlowCell& cell = table_.at(flow, ttl);
  const auto id = static_cast<std::uint32_t>(flow);
  Responder& responder = pacer_.at(ttl_of(ttl));
  // Plus those that may have to be asked again because answers could not be attributed.
  const std::size_t most = static_cast<std::size_t>(strategy_.probes_per_hop) + 4;
  if (strategy_.probes_per_hop == 1 || cell.probes.size() >= most) {
    responder.withdraw(id);
    cell.state = CellState::silent;
  } else if (!responder.is_filtered(id)) {
    responder.suspect(id, now);
    wake_ = std::min(wake_, std::max(responder.wake(id), pacer_.ready()));
    if (!responder.may_recheck(id, now)) return;
    wishes_.push_back({.flow = flow, .ttl = ttl, .due = now, .is_recheck = true});
  } else if (is_placed && cell.tries() < static_cast<std::size_t>(strategy_.probes_per_hop)) {
    wish(flow, ttl, cell.last_probe().sent + timeouts_.before_retry());
  } else {
    cell.state = CellState::silent;
  }
}

// --- sending and hearing ------------------------------------------------------------------------

/// When a SYN with this TTL may leave.
TimePoint Explorer::ready(int ttl) const {
  const TimePoint paced = pacer_.ready(ttl_of(ttl));
  if (!strategy_.anti_flood || !nearest_end_ || ttl < *nearest_end_) return paced;
  return std::max(paced, last_at_target_ + between_flows_at_target);
}

std::optional<Probe> Explorer::next(TimePoint now) {
  if (done_) return std::nullopt;
  for (std::size_t i = 0; i < wishes_.size(); ++i) {
    const Wish wish = wishes_[i];
    if (wish.due > now) continue;
    if (wish.is_recheck) {
      Responder& responder = pacer_.at(ttl_of(wish.ttl));
      const auto id = static_cast<std::uint32_t>(wish.flow);
      if (!responder.may_recheck(id, now)) changed_ = true;  // others had their turn: plan anew
      if (pacer_.ready() > now || !responder.may_recheck(id, now)) continue;
      responder.recheck(id, now, now + patience(wish.ttl));
    } else if (ready(wish.ttl) > now) {
      continue;
    }
    wishes_.erase(wishes_.begin() + static_cast<std::ptrdiff_t>(i));
    return send(wish, now);
  }
  return std::nullopt;
}

Probe Explorer::send(const Wish& wish, TimePoint now) {
  pacer_.sent(ttl_of(wish.ttl), now);
  if (nearest_end_ && wish.ttl >= *nearest_end_) last_at_target_ = now;
  ++syns_sent_;
  FlowCell& cell = table_.at(wish.flow, wish.ttl);
  const auto index = static_cast<std::uint32_t>(places_[wish.flow].size());
  places_[wish.flow].push_back({.ttl = wish.ttl, .probe = cell.probes.size()});
  cell.probes.push_back({.index = index, .ttl = ttl_of(wish.ttl), .sent = now, .replies = {}});
  if (cell.state != CellState::answered) cell.state = CellState::waiting;
  waiting_for_any_ = true;
  wake_ = std::min(wake_, now + patience(wish.ttl));
  return {.id = {.trace = first_id_ + static_cast<std::uint32_t>(wish.flow), .index = index},
          .target = target_,
          .ttl = ttl_of(wish.ttl),
          .attempt = static_cast<int>(cell.probes.size())};
}

bool Explorer::on(const Reply& reply) {
  if (done_ || reply.trace <= first_id_ || reply.trace - first_id_ >= table_.size()) return false;
  if (reply.answers_nothing()) return true;
  changed_ = true;
  const std::uint32_t flow = reply.trace - first_id_;
  const std::vector<Place>& places = places_[flow];
  if (!reply.probe) {
    for (const std::uint32_t index : reply.candidates) {
      const Place& place = places.at(index);
      ProbeRecord& probe = table_.at(flow, place.ttl).probes[place.probe];
      probe.voided = true;
      if (reply.kind == ReplyKind::rst || reply.kind == ReplyKind::unreachable) {
        probe.contested = true;
      }
    }
    return true;
  }
  const Place& place = places.at(*reply.probe);
  ProbeRecord& probe = table_.at(flow, place.ttl).probes[place.probe];
  probe.replies.push_back(reply);
  probe.voided = false;
  if (reply.rtt) probe.sent = reply.time - *reply.rtt;
  heard_at_[static_cast<std::size_t>(place.ttl)] = true;
  pacer_.answered_by_hop(ttl_of(place.ttl), flow, reply.time);
  followed_to_ = std::max(followed_to_, place.ttl);
  if (!table_.is_end(reply, place.ttl)) {
    if (reply.rtt) timeouts_.heard(*reply.rtt);
    return true;
  }
  table_.note_end(flow, place.ttl);
  if (reply.rtt) timeouts_.heard_target(*reply.rtt);
  nearest_end_ = std::min(nearest_end_.value_or(place.ttl), place.ttl);
  return true;
}

TimePoint Explorer::wake() const {
  if (done_) return never;
  TimePoint wake = wake_;
  for (const Wish& one : wishes_) {
    wake = std::min(wake, one.is_recheck ? std::max(one.due, pacer_.ready())
                                         : std::max(one.due, ready(one.ttl)));
  }
  return wake;
}

}  // namespace tracetcp
