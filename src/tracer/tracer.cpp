#include "tracer/tracer.hpp"

#include <tracetcp/diagnose.hpp>

#include <algorithm>

namespace tracetcp {
namespace {

/// The original program's TTL for telling whether a port that was reset is closed for sure; as good
/// as an application's for telling what it gets where answers contradict each other.
constexpr Ttl closed_check_ttl{127};

int live_probes(const Hop& hop) {
  return static_cast<int>(std::count_if(hop.probes.begin(), hop.probes.end(),
                                        [](const ProbeRecord& probe) { return !probe.voided; }));
}

/// Makes room for another probe in place of one that was in vain.
void void_first(Hop& hop) {
  const auto first = std::find_if(hop.probes.begin(), hop.probes.end(),
                                  [](const ProbeRecord& probe) { return !probe.voided; });
  if (first != hop.probes.end()) first->voided = true;
}

bool is_dark(const Hop& hop) {
  return std::all_of(hop.probes.begin(), hop.probes.end(),
                     [](const ProbeRecord& probe) { return probe.answer() == nullptr; });
}

/// A forged RST may come before what the hop itself has to say.
bool is_answered_on_way(const ProbeRecord& probe) {
  return std::any_of(probe.replies.begin(), probe.replies.end(), [](const Reply& reply) {
    return reply.kind == ReplyKind::time_exceeded || reply.kind == ReplyKind::unreachable;
  });
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
      waiting_(strategy),
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
    responder.recheck(trace_.id, now, now + waiting_.near());
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
  records.push_back({.index = index, .ttl = ttl, .sent = now, .replies = {}});
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
  if (reply.kind == ReplyKind::time_exceeded) {
    if (reply.rtt) waiting_.heard(*reply.rtt);
    pacer_.at(probe.ttl).answered(trace_.id);
    reach_ = std::max(reach_, static_cast<int>(probe.ttl.value));
    frontier_ = std::max(frontier_, reach_);
  }
  if (ends_path(reply.kind) && reply.rtt) waiting_.heard_target(*reply.rtt);
  // What refutes these is on its way: a time-exceeded, or a SYN-ACK to the SYN that was rejected.
  const bool may_be_refuted =
      reply.kind == ReplyKind::unreachable || comes_from_too_far(reply, probe.ttl);
  if (may_be_refuted) doubted_until_ = probe.sent + waiting_.near();
  ending_ = find_ending(trace_);
  contradictory_ = ending_ && is_contradictory(trace_);
  return true;
}

void Tracer::void_candidates(const Reply& reply) {
  ++trace_.unattributed;
  if (ends_path(reply.kind)) trace_.unplaced = reply;
  bool any = false;
  for (const std::uint32_t index : reply.candidates) {
    if (is_settled(places_.at(index))) continue;
    ProbeRecord& probe = record(index);
    any = any || !probe.voided;
    probe.voided = true;
    if (ends_path(reply.kind) && reply.kind != ReplyKind::syn_ack) probe.contested = true;
    if (ends_path(reply.kind)) waiting_.heard_target(reply.time - probe.sent);
  }
  if (!any || !ends_path(reply.kind) || ending_) return;
  // The end is somewhere beyond what answered: ask again from there on, slowly.
  frontier_ = std::max(reach_, strategy_.first_ttl.value - 1);
  frontier_time_ = last_beyond_;
  hold_ = last_beyond_ + waiting_.between_syns_at_target();
}

/// Whether the hop has been silent to the end although it answers other ports.
bool Tracer::is_doubtful(const Hop& hop) const {
  const Responder& responder = pacer_.at(hop.ttl);
  return responder.answers_others(trace_.id) && !responder.is_deaf_to(trace_.id) &&
         !is_past_end(hop.ttl) && live_probes(hop) >= strategy_.probes_per_hop && is_dark(hop);
}

/// When the wait for the last of the hop's probes is over.
TimePoint Tracer::waited_for(const Hop& hop) const {
  return hop.probes.back().sent + waiting_.near();
}

void Tracer::review_doubts(TimePoint now) {
  for (std::size_t i = settled_; i < trace_.hops.size(); ++i) {
    const Hop& hop = trace_.hops[i];
    Responder& responder = pacer_.at(hop.ttl);
    responder.conclude(now);
    if (is_past_end(hop.ttl)) {
      responder.withdraw(trace_.id);
    } else if (is_doubtful(hop) && waited_for(hop) <= now) {
      responder.doubt(trace_.id, now);
    }
  }
}

TimePoint Tracer::doubt_due(const Hop& hop) const {
  const Responder& responder = pacer_.at(hop.ttl);
  if (responder.is_doubted_by(trace_.id)) {
    return std::max({responder.wake(trace_.id), pacer_.ready(), free_at()});
  }
  return is_doubtful(hop) ? waited_for(hop) : never;
}

/// From when on it is known that packets get lost here: some hop answers, but not all of its
/// probes.
TimePoint Tracer::loss_known_at() const {
  TimePoint known = never;
  for (const Hop& hop : trace_.hops) {
    if (hop.ttl.value >= reach_ || is_dark(hop)) continue;
    for (const ProbeRecord& probe : hop.probes) {
      if (probe.answer() == nullptr) known = std::min(known, probe.sent + waiting_.overdue());
    }
  }
  return known;
}

/// A dark hop is asked more often than the others where packets get lost, and where it may be the
/// target, the only probe to which was lost.
TimePoint Tracer::retry_due(const Hop& hop) const {
  constexpr std::size_t more = 2;
  const auto most = static_cast<std::size_t>(strategy_.probes_per_hop) + more;
  if (!is_dark(hop) || hop.probes.size() >= most) return never;
  if (hop.ttl.value > reach_ && !ending_) return never;
  if (pacer_.at(hop.ttl).answers_others(trace_.id)) return never;  // see is_doubtful()
  const bool may_be_target = ending_ && hop.ttl.value + 1 == ending_->ttl->value;
  const TimePoint in_vain = hop.probes.back().sent + waiting_.before_retry();
  const TimePoint known =
      may_be_target && strategy_.probes_per_hop == 1 ? in_vain : loss_known_at();
  if (known == never || hop.ttl.value <= reach_) return std::max(in_vain, known);
  // It may reach the target, where no two SYNs must meet.
  return std::max({in_vain, known, last_beyond_ + waiting_.between_syns_at_target()});
}

/// Where only one SYN may be under way: when the last is answered, or will not be any more.
TimePoint Tracer::free_at() const {
  if (!strategy_.one_outstanding || places_.empty()) return {};
  const Place& place = places_.back();
  const ProbeRecord& last =
      place.is_check ? trace_.checks[place.probe] : trace_.hops[place.hop].probes[place.probe];
  if (last.answer() != nullptr) return {};
  return last.sent + (place.is_check ? waiting_.at_target() : waiting_.near());
}

TimePoint Tracer::repeat_due(const Hop& hop) const {
  if (is_past_end(hop.ttl)) return never;
  if (live_probes(hop) >= strategy_.probes_per_hop) return retry_due(hop);
  // Asked in an earlier sweep, all in vain: the frontier comes by again, unless it has ended.
  if (hop.ttl.value > frontier_ && !ending_) return never;
  const TimePoint due = hop.probes.back().sent + waiting_.between_probes();
  return hop.ttl.value > reach_ ? std::max(due, hold_) : due;
}

TimePoint Tracer::frontier_due() const {
  if (ending_ || frontier_ >= strategy_.last_ttl().value) return never;
  if (frontier_ < strategy_.first_ttl.value && hold_ == TimePoint{}) return trace_.started;
  const bool followed = reach_ >= frontier_;
  const int ahead = frontier_ - std::max(reach_, strategy_.first_ttl.value - 1);
  const Duration pace =
      trace_.unplaced ? waiting_.between_syns_at_target() : waiting_.between_ttls(ahead);
  const TimePoint due = followed ? frontier_time_ : frontier_time_ + pace;
  return std::max(due, hold_);
}

bool Tracer::needs_check() const {
  if (!ending_ || !trace_.checks.empty()) return false;
  if (contradictory_) return true;
  if (ending_->state == State::closed) return *ending_->ttl < closed_check_ttl;
  // Much slower than the hops before: the first SYN-ACK may have been lost, and this be a repeated
  // one, whose RTT means nothing.
  return ending_->state == State::open && ending_->rtt && *ending_->rtt > waiting_.near();
}

Ttl Tracer::check_ttl() const {
  if (!ending_) return closed_check_ttl;
  const bool only_slow = ending_->state == State::open && !contradictory_;
  return only_slow ? *ending_->ttl : std::max(closed_check_ttl, *ending_->ttl);
}

TimePoint Tracer::check_due() const {
  return needs_check() ? last_beyond_ + waiting_.between_syns_at_target() : never;
}

std::size_t Tracer::hops_on_path() const {
  if (!ending_) return trace_.hops.size();
  return static_cast<std::size_t>(ending_->ttl->value - strategy_.first_ttl.value) + 1;
}

TimePoint Tracer::check_settles_at() const {
  if (needs_check()) return never;
  if (trace_.checks.empty()) return {};
  const ProbeRecord& check = trace_.checks.front();
  // A RST may be forged on the way; then the target's SYN-ACK comes behind it.
  const bool certain = check.answer() != nullptr && ending_->state == State::open;
  return certain ? TimePoint{} : check.sent + waiting_.at_target();
}

/// Silence is concluded for all hops beyond the last that answered at once: the first answer of a
/// slow target names the lowest TTL that got there, whose line must not be out by then.
TimePoint Tracer::tail_settles_at() const {
  if (frontier_ < strategy_.last_ttl().value) return never;
  TimePoint last{};
  const Duration wait = loss_known_at() == never ? waiting_.tail() : waiting_.tail_with_loss();
  for (const Hop& hop : trace_.hops) {
    if (hop.ttl.value > reach_) last = std::max(last, hop.probes.front().sent + wait);
  }
  return last;
}

TimePoint Tracer::settles_at(const Hop& hop) const {
  if (is_past_end(hop.ttl)) return std::max(check_settles_at(), doubted_until_);
  if (live_probes(hop) < strategy_.probes_per_hop || is_doubtful(hop)) return never;
  if (retry_due(hop) != never) return never;
  const bool is_tail = is_dark(hop) && hop.ttl.value > reach_ && !ending_ && !trace_.unplaced;
  const bool may_be_target = hop.ttl.value > reach_ && (trace_.unplaced || ending_);
  const Duration wait = may_be_target ? waiting_.at_target() : waiting_.near();
  TimePoint last{};
  for (const ProbeRecord& probe : hop.probes) {
    if (probe.voided) continue;
    if (!is_answered_on_way(probe)) last = std::max(last, probe.sent + wait);
  }
  return is_tail ? std::max(last, tail_settles_at()) : last;
}

void Tracer::settle(TimePoint now) {
  if (done_) return;
  review_doubts(now);
  while (settled_ < std::min(hops_on_path(), trace_.hops.size()) &&
         settles_at(trace_.hops[settled_]) <= now) {
    ++settled_;
  }
  const bool all_asked = ending_ || frontier_ >= strategy_.last_ttl().value;
  if (!all_asked || settled_ < hops_on_path()) return;
  done_ = true;
  trace_.ended = now;
  trace_.verdict = judge(trace_);
}

TimePoint Tracer::wake() const {
  if (done_) return never;
  const auto paced = [&](TimePoint due, Ttl ttl) {
    return due == never ? never : std::max({due, pacer_.ready(ttl), free_at()});
  };
  TimePoint wake = paced(check_due(), check_ttl());
  wake = std::min(wake, paced(frontier_due(), Ttl{static_cast<std::uint8_t>(frontier_ + 1)}));
  for (std::size_t i = settled_; i < trace_.hops.size(); ++i) {
    const Hop& hop = trace_.hops[i];
    wake = std::min({wake, paced(repeat_due(hop), hop.ttl), doubt_due(hop)});
  }
  // Hops settle in order, so only the first of those left can be what to wake up for.
  if (settled_ < trace_.hops.size()) wake = std::min(wake, settles_at(trace_.hops[settled_]));
  return wake;
}

void Tracer::cut_short(TimePoint now, EndedBy by) {
  if (done_) return;
  done_ = true;
  (by == EndedBy::user ? trace_.interrupted : trace_.failed) = true;
  trace_.ended = now;
  trace_.verdict = judge(trace_);
  const int shown = ending_ ? ending_->ttl->value : reach_;
  const int hops = std::max(0, shown - strategy_.first_ttl.value + 1);
  settled_ = std::max(settled_, static_cast<std::size_t>(hops));
}

}  // namespace tracetcp
