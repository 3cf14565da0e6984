// When a Tracer may send: retries, repeats, the frontier, the check.

#include "tracer/hop_probes.hpp"
#include "tracer/tracer.hpp"

#include <algorithm>

namespace tracetcp {
namespace {

/// Of a SYN that is sure to reach the target: the original program's TTL for telling whether a port
/// that was reset is closed for sure; as good as an application's for telling what it gets where
/// answers contradict each other.
constexpr Ttl sure_ttl{127};

/// What may be over a moment later: RFC 1122, section 3.2.2.1, calls both hints, not proof.
bool is_transient(const Verdict& rejection) {
  const UnreachableReason reason = unreachable_reason(rejection.icmp);
  return reason == UnreachableReason::network || reason == UnreachableReason::host;
}

}  // namespace

/// Whether the hop has been silent to the end although it answers other ports.
bool Tracer::is_suspect(const Hop& hop) const {
  const Responder& responder = pacer_.at(hop.ttl);
  return strategy_.asks_again && responder.answers_others(trace_.id) &&
         !responder.is_filtered(trace_.id) && !is_past_end(hop.ttl) &&
         live_probes(hop) >= strategy_.probes_per_hop && is_unanswered(hop);
}

/// When the wait for the last of the hop's probes is over.
TimePoint Tracer::waited_for(const Hop& hop) const {
  return hop.probes.back().sent + timeouts_.at_passed_hop();
}

TimePoint Tracer::suspicion_due(const Hop& hop) const {
  const Responder& responder = pacer_.at(hop.ttl);
  if (responder.is_suspected_by(trace_.id)) {
    return std::max({responder.wake(trace_.id), pacer_.ready(), free_at()});
  }
  return is_suspect(hop) ? waited_for(hop) : never;
}

/// From when on it is known that packets get lost here: some hop answers, but not all of its
/// probes.
TimePoint Tracer::loss_known_at() const {
  TimePoint known = never;
  for (const Hop& hop : trace_.hops) {
    if (hop.ttl.value >= reach_ || is_unanswered(hop)) continue;
    for (const ProbeRecord& probe : hop.probes) {
      if (probe.answer() == nullptr) known = std::min(known, probe.sent + timeouts_.overdue());
    }
  }
  return known;
}

/// An unanswered hop is asked more often than the others where packets get lost, and where it may
/// be the target, the only probe to which was lost.
TimePoint Tracer::retry_due(const Hop& hop) const {
  if (!strategy_.asks_again) return never;
  const bool is_nearer_end = nearer_ == hop.ttl;
  const std::size_t more = is_nearer_end ? 4 : 2;
  const auto most = static_cast<std::size_t>(strategy_.probes_per_hop) + more;
  if (!is_unanswered(hop) || hop.probes.size() >= most) return never;
  if (hop.ttl.value > reach_ && !ending_) return never;
  if (pacer_.at(hop.ttl).answers_others(trace_.id)) return never;  // see is_suspect()
  const bool may_be_target = ending_ && hop.ttl.value + 1 == ending_->ttl->value;
  const TimePoint in_vain = hop.probes.back().sent + timeouts_.before_retry();
  const TimePoint known =
      is_nearer_end || (may_be_target && strategy_.probes_per_hop == 1) ? in_vain : loss_known_at();
  if (known == never || hop.ttl.value <= reach_) return std::max(in_vain, known);
  // It may reach the target, where no two SYNs must meet.
  return std::max({in_vain, known, last_beyond_ + timeouts_.between_syns_at_target()});
}

/// Where only one SYN may be under way: when the last is answered, or will not be any more.
TimePoint Tracer::free_at() const {
  if (!strategy_.one_outstanding || places_.empty()) return {};
  const Place& place = places_.back();
  const ProbeRecord& last =
      place.is_check ? trace_.checks[place.probe] : trace_.hops[place.hop].probes[place.probe];
  if (last.answer() != nullptr) return {};
  if (place.is_check) return last.sent + timeouts_.at_target();
  // Where nothing answers at all, one sweep that waits in full is enough.
  constexpr Duration in_later_sweeps = std::chrono::seconds(1);
  const Duration wait = timeouts_.at_passed_hop();
  return last.sent + (place.probe == 0 || pacer_.first_answer() != never
                          ? wait
                          : std::min<Duration>(wait, in_later_sweeps));
}

/// From when on the hop's silence counts. What was sent before the first answer of all may have
/// been lost where a link had to wake up first.
TimePoint Tracer::waits_since(const Hop& hop) const {
  const TimePoint sent = hop.probes.front().sent;
  return pacer_.first_answer() == never ? sent : std::max(sent, pacer_.first_answer());
}

/// Rule 5.
TimePoint Tracer::ask_again_due(const Hop& hop) const {
  if (!strategy_.asks_again || !strategy_.probe_lifetime || !is_unanswered(hop)) return never;
  const TimePoint due = hop.probes.back().sent + *strategy_.probe_lifetime;
  return due < waits_since(hop) + wait_for(hop) ? due : never;
}

TimePoint Tracer::repeat_due(const Hop& hop) const {
  if (is_past_end(hop.ttl)) return never;
  if (live_probes(hop) >= strategy_.probes_per_hop) {
    return std::min(retry_due(hop), ask_again_due(hop));
  }
  // Asked in an earlier sweep, all in vain: the frontier comes by again, unless it has ended.
  if (hop.ttl.value > frontier_ && !ending_) return never;
  const TimePoint due = hop.probes.back().sent + timeouts_.between_probes();
  return hop.ttl.value > reach_ ? std::max(due, hold_) : due;
}

TimePoint Tracer::frontier_due() const {
  if (ending_ || frontier_ >= strategy_.last_ttl().value) return never;
  if (frontier_ < strategy_.first_ttl.value && hold_ == TimePoint{}) return trace_.started;
  const bool followed = reach_ >= frontier_;
  const int ahead = frontier_ - std::max(reach_, strategy_.first_ttl.value - 1);
  // It is most likely the target that has yet to answer, and each further SYN gets there too.
  const bool is_beyond_expected_end =
      strategy_.expected_end && frontier_ >= strategy_.expected_end->value;
  const Duration pace = trace_.unplaced || is_beyond_expected_end
                            ? timeouts_.between_syns_at_target()
                            : timeouts_.between_ttls(ahead);
  const TimePoint due = followed ? frontier_time_ : frontier_time_ + pace;
  return std::max(due, hold_);
}

/// Rule 6.
bool Tracer::needs_early_check() const {
  return !ending_ && !strategy_.anti_flood && strategy_.make_sure && trace_.unplaced &&
         only_resets_ && trace_.checks.empty();
}

bool Tracer::needs_check() const {
  if (!ending_ || trace_.checks.size() > reopened_ || !strategy_.make_sure) return false;
  if (contradictory_) return true;
  if (ending_->state == State::closed) return *ending_->ttl < sure_ttl;
  if (ending_->state == State::rejected) {
    return is_transient(*ending_) && *ending_->ttl < strategy_.last_ttl();
  }
  if (ending_->state != State::open) return false;
  // The first SYN-ACK may have been lost, and this be a repeated one, whose time is not known or
  // much longer than those of the hops before.
  return !ending_->rtt || *ending_->rtt > timeouts_.at_passed_hop();
}

Ttl Tracer::check_ttl() const {
  if (!ending_) return sure_ttl;
  if (ending_->state != State::rejected || contradictory_) return std::max(sure_ttl, *ending_->ttl);
  return Ttl{static_cast<std::uint8_t>(ending_->ttl->value + 1)};
}

TimePoint Tracer::check_due() const {
  if (needs_early_check()) return hold_;
  return needs_check() ? last_beyond_ + timeouts_.between_syns_at_target() : never;
}

}  // namespace tracetcp
