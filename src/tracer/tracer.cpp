#include "tracer/tracer.hpp"

#include "tracer/hop_probes.hpp"
#include "tracer/nearer_end.hpp"

#include <tracetcp/diagnose.hpp>

#include <algorithm>
#include <utility>

namespace tracetcp {
namespace {

/// Makes room for another probe in place of one that was in vain.
void void_first(Hop& hop) {
  const auto first = std::find_if(hop.probes.begin(), hop.probes.end(),
                                  [](const ProbeRecord& probe) { return !probe.voided; });
  if (first != hop.probes.end()) first->voided = true;
}

bool is_rejected(const ProbeRecord& probe) {
  return std::any_of(probe.replies.begin(), probe.replies.end(),
                     [](const Reply& reply) { return reply.kind == ReplyKind::unreachable; });
}

/// A SYN-ACK from much farther than the TTL of its SYN reaches. It may have come a long way back,
/// or the SYN got another TTL; or it is not the target's, and the SYN expires at a hop.
bool comes_from_too_far(const Reply& reply, Ttl ttl) {
  constexpr int much = 4;
  return reply.kind == ReplyKind::syn_ack && reply.ttl &&
         return_hops(*reply.ttl) - ttl.value >= much;
}

}  // namespace

Tracer::Tracer(std::uint32_t id, Endpoint target, const Strategy& strategy, Pacer& pacer,
               TimePoint now)
    : strategy_(strategy),
      pacer_(pacer),
      timeouts_(strategy, pacer),
      frontier_(strategy.first_ttl.value - 1) {
  trace_.id = id;
  trace_.target = target;
  trace_.started = now;
}

std::optional<Probe> Tracer::next(TimePoint now) {
  if (done_ || free_at() > now) return std::nullopt;
  if (check_due() <= now && pacer_.ready(check_ttl()) <= now) return send_check(now);
  if (auto probe = next_recheck(now)) return probe;
  if (auto probe = next_repeat(now)) return probe;
  const Ttl ttl{static_cast<std::uint8_t>(frontier_ + 1)};
  if (frontier_due() > now || pacer_.ready(ttl) > now) return std::nullopt;
  ++frontier_;
  frontier_time_ = now;
  return send(ttl, now);
}

std::optional<Probe> Tracer::next_repeat(TimePoint now) {
  for (std::size_t i = settled_; i < trace_.hops.size(); ++i) {
    Hop& hop = trace_.hops[i];
    if (repeat_due(hop) > now || pacer_.ready(hop.ttl) > now) continue;
    if (live_probes(hop) >= strategy_.probes_per_hop) void_first(hop);
    return send(hop.ttl, now);
  }
  return std::nullopt;
}

std::optional<Probe> Tracer::next_recheck(TimePoint now) {
  if (pacer_.ready() > now) return std::nullopt;
  for (std::size_t i = settled_; i < trace_.hops.size(); ++i) {
    Hop& hop = trace_.hops[i];
    Responder& responder = pacer_.at(hop.ttl);
    if (!responder.may_recheck(trace_.id, now)) continue;
    responder.recheck(trace_.id, now, now + timeouts_.at_passed_hop());
    void_first(hop);
    return send(hop.ttl, now);
  }
  return std::nullopt;
}

Probe Tracer::send(Ttl ttl, TimePoint now) {
  const auto hop_index = static_cast<std::size_t>(ttl.value - strategy_.first_ttl.value);
  if (hop_index == trace_.hops.size()) trace_.hops.push_back({.ttl = ttl, .probes = {}});
  auto& probes = trace_.hops[hop_index].probes;
  places_.push_back({.hop = hop_index, .probe = probes.size()});
  return send(probes, ttl, now);
}

Probe Tracer::send_check(TimePoint now) {
  places_.push_back({.probe = trace_.checks.size(), .is_check = true});
  return send(trace_.checks, check_ttl(), now);
}

Probe Tracer::send(std::vector<ProbeRecord>& records, Ttl ttl, TimePoint now) {
  pacer_.sent(ttl, now);
  ++trace_.syns_sent;
  if (ttl.value > reach_) last_beyond_ = now;
  const auto index = static_cast<std::uint32_t>(places_.size() - 1);
  const auto flow = static_cast<std::uint16_t>(strategy_.own_flows ? index : 0);
  records.push_back({.index = index, .ttl = ttl, .flow = flow, .sent = now, .replies = {}});
  return {.id = {.trace = trace_.id, .index = index},
          .target = trace_.target,
          .ttl = ttl,
          .attempt = static_cast<int>(records.size())};
}

ProbeRecord& Tracer::record(std::uint32_t index) {
  const Place& place = places_.at(index);
  return place.is_check ? trace_.checks[place.probe] : trace_.hops[place.hop].probes[place.probe];
}

bool Tracer::on(const Reply& reply) {
  if (done_) return false;
  if (reply.kind == ReplyKind::notice) {
    trace_.notices.add(reply);
    return true;
  }
  if (reply.kind == ReplyKind::stray) {
    Stray stray = *reply.stray;
    if (reply.probe) stray.ttl = record(*reply.probe).ttl;
    trace_.strays.add(stray);
    return true;
  }
  if (!reply.probe) {
    void_candidates(reply);
    return true;
  }
  if (is_settled(places_.at(*reply.probe))) return false;
  ProbeRecord& probe = record(*reply.probe);
  probe.replies.push_back(reply);
  probe.voided = false;
  if (reply.rtt) probe.sent = reply.time - *reply.rtt;
  const bool is_check = places_.at(*reply.probe).is_check;
  if (reply.kind == ReplyKind::time_exceeded) {
    if (reply.rtt) timeouts_.heard(*reply.rtt);
    pacer_.answered_by_hop(probe.ttl, trace_.id, reply.time);
    reach_ = std::max(reach_, static_cast<int>(probe.ttl.value));
    frontier_ = std::max(frontier_, reach_);
  }
  if (ends_path(reply.kind)) {
    pacer_.answered_by_end(reply.time);
    if (reply.rtt) timeouts_.heard_target(*reply.rtt);
  }
  // What refutes these is on its way: a time-exceeded, or a SYN-ACK to the SYN that was rejected.
  const bool may_be_refuted =
      reply.kind == ReplyKind::unreachable || comes_from_too_far(reply, probe.ttl);
  if (may_be_refuted) refutable_until_ = probe.sent + timeouts_.at_passed_hop();
  if (is_check && ending_ && ending_->state == State::rejected && !contradictory_ &&
      (reply.kind != ReplyKind::unreachable || reply.from != ending_->from)) {
    reopen(*ending_);
  }
  review_ending();
  return true;
}

void Tracer::refused(std::uint32_t index) {
  if (!done_) record(index).departure = Departure::refused;
}

void Tracer::review_ending() {
  ending_ = find_ending(trace_);
  rejection_ = ending_ ? std::nullopt : find_unconfirmed_rejection(trace_);
  if (rejection_ && rejection_accepted_) ending_ = std::exchange(rejection_, std::nullopt);
  nearer_ = ending_ ? nearer_end(trace_, *ending_) : std::nullopt;
  if (nearer_ && nearer_accepted_) ending_->ttl = std::exchange(nearer_, std::nullopt);
  contradictory_ = ending_ && is_contradictory(trace_);
}

/// Rule 3: what was rejected says nothing about the path as it is now.
void Tracer::reopen(const Verdict& rejection) {
  ++reopened_;
  rejection_accepted_ = false;
  for (Hop& hop : trace_.hops) {
    for (ProbeRecord& probe : hop.probes) {
      if (hop.ttl >= *rejection.ttl && is_rejected(probe)) probe.voided = true;
    }
  }
}

void Tracer::void_candidates(const Reply& reply) {
  ++trace_.unattributed;
  if (ends_path(reply.kind)) {
    trace_.unplaced = reply;
    if (!trace_.unplaced_since) trace_.unplaced_since = reply.time;
    only_resets_ = only_resets_ && reply.kind == ReplyKind::rst;
    pacer_.answered_by_end(reply.time);
  }
  bool any = false;
  for (const std::uint32_t index : reply.candidates) {
    if (is_settled(places_.at(index))) continue;
    ProbeRecord& probe = record(index);
    any = any || !probe.voided;
    probe.voided = true;
    if (ends_path(reply.kind) && reply.kind != ReplyKind::syn_ack) probe.contested = true;
    if (ends_path(reply.kind)) timeouts_.heard_target(reply.time - probe.sent);
  }
  if (!any || !ends_path(reply.kind) || ending_) return;
  // The end is somewhere beyond what answered: ask again from there on, slowly.
  frontier_ = std::max(reach_, strategy_.first_ttl.value - 1);
  frontier_time_ = last_beyond_;
  hold_ = last_beyond_ + timeouts_.between_syns_at_target();
}

void Tracer::cut_short(TimePoint now, Task::EndedBy by) {
  if (done_) return;
  done_ = true;
  (by == Task::EndedBy::user ? trace_.interrupted : trace_.failed) = true;
  trace_.ended = now;
  conclude(trace_);
  const int shown = ending_ ? ending_->ttl->value : reach_;
  const int hops = std::max(0, shown - strategy_.first_ttl.value + 1);
  settled_ = std::max(settled_, static_cast<std::size_t>(hops));
}

}  // namespace tracetcp
