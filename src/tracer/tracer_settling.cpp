// How long a Tracer waits, and what it concludes then.

#include "tracer/hop_probes.hpp"
#include "tracer/tracer.hpp"

#include <algorithm>

namespace tracetcp {
namespace {

/// A forged RST may come before what the hop itself has to say.
bool is_answered_on_way(const ProbeRecord& probe) {
  return std::any_of(probe.replies.begin(), probe.replies.end(), [](const Reply& reply) {
    return reply.kind == ReplyKind::time_exceeded || reply.kind == ReplyKind::unreachable;
  });
}

}  // namespace

void Tracer::review_suspicions(TimePoint now) {
  for (std::size_t i = settled_; i < trace_.hops.size(); ++i) {
    const Hop& hop = trace_.hops[i];
    Responder& responder = pacer_.at(hop.ttl);
    responder.conclude(now);
    if (is_past_end(hop.ttl)) {
      responder.withdraw(trace_.id);
    } else if (ending_ && responder.is_overrun() &&
               (responder.is_suspected_by(trace_.id) || is_suspect(hop))) {
      responder.give_up(trace_.id);
    } else if (is_suspect(hop) && waited_for(hop) <= now) {
      responder.suspect(trace_.id, now);
    }
  }
}

std::size_t Tracer::hops_on_path() const {
  if (!ending_) return trace_.hops.size();
  return static_cast<std::size_t>(ending_->ttl->value - strategy_.first_ttl.value) + 1;
}

/// When the first SYN left that got as far as the end of the path.
TimePoint Tracer::first_beyond(Ttl end) const {
  TimePoint first = never;
  for (const Hop& hop : trace_.hops) {
    if (hop.ttl < end) continue;
    for (const ProbeRecord& probe : hop.probes) first = std::min(first, probe.sent);
  }
  return first == never ? TimePoint{} : first;
}

TimePoint Tracer::check_settles_at() const {
  if (needs_check()) return never;
  if (trace_.checks.size() <= reopened_) return {};
  const ProbeRecord& check = trace_.checks.back();
  // A RST may be forged on the way; then the target's SYN-ACK comes behind it.
  const bool certain = check.answer() != nullptr && ending_->state != State::closed;
  if (certain) return {};
  if (check.answer() == nullptr) return check.sent + timeouts_.at_target();
  return std::max(check.sent + timeouts_.behind_reset(),
                  first_beyond(*ending_->ttl) + timeouts_.at_target());
}

/// Whether a hop before the last that answered left a probe unanswered. Where each is asked once, a
/// hop that never answers can't be distinguished from one whose answer was lost.
bool Tracer::may_lose() const {
  if (loss_known_at() != never) return true;
  return strategy_.probes_per_hop == 1 &&
         std::any_of(trace_.hops.begin(), trace_.hops.end(),
                     [&](const Hop& hop) { return hop.ttl.value < reach_ && is_unanswered(hop); });
}

/// Silence is concluded for all hops beyond the last that answered at once: the first answer of a
/// slow target names the lowest TTL that got there, whose line must not be out by then.
TimePoint Tracer::tail_settles_at() const {
  if (frontier_ < strategy_.last_ttl().value) return never;
  TimePoint last{};
  const Duration wait = may_lose() ? timeouts_.tail_with_loss() : timeouts_.tail();
  for (const Hop& hop : trace_.hops) {
    if (hop.ttl.value > reach_) last = std::max(last, waits_since(hop) + wait);
  }
  return last;
}

/// When a rejection that nothing confirms ends the path.
TimePoint Tracer::rejection_settles_at() const {
  if (!rejection_) return never;
  return *rejection_->ttl == strategy_.last_ttl() ? TimePoint{} : tail_settles_at();
}

/// How long an answer to one of the hop's probes may take.
Duration Tracer::wait_for(const Hop& hop) const {
  const bool is_beyond = hop.ttl.value > reach_;
  if (is_beyond && (trace_.unplaced || ending_)) return timeouts_.at_target();
  return is_beyond && is_unanswered(hop) ? timeouts_.tail() : timeouts_.at_passed_hop();
}

TimePoint Tracer::settles_at(const Hop& hop) const {
  if (is_past_end(hop.ttl)) return std::max(check_settles_at(), refutable_until_);
  if (rejection_ && hop.ttl >= *rejection_->ttl) return never;
  if (live_probes(hop) < strategy_.probes_per_hop || is_suspect(hop)) return never;
  if (retry_due(hop) != never || ask_again_due(hop) != never) return never;
  const bool is_tail = is_unanswered(hop) && hop.ttl.value > reach_ && !ending_ && !trace_.unplaced;
  const Duration wait = std::min(is_tail ? timeouts_.at_passed_hop() : wait_for(hop),
                                 strategy_.probe_lifetime.value_or(Duration::max()));
  TimePoint last{};
  for (const ProbeRecord& probe : hop.probes) {
    if (probe.voided) continue;
    if (!is_answered_on_way(probe)) last = std::max(last, probe.sent + wait);
  }
  return is_tail ? std::max(last, tail_settles_at()) : last;
}

/// Rule 8.
bool Tracer::are_all_refused() const {
  if (frontier_ < strategy_.last_ttl().value || !trace_.checks.empty()) return false;
  return std::all_of(trace_.hops.begin(), trace_.hops.end(), [](const Hop& hop) {
    return std::all_of(hop.probes.begin(), hop.probes.end(), [](const ProbeRecord& probe) {
      return probe.departure == Departure::refused && probe.replies.empty();
    });
  });
}

void Tracer::settle(TimePoint now) {
  if (done_) return;
  if (are_all_refused()) settled_ = trace_.hops.size();
  review_suspicions(now);
  if (rejection_settles_at() <= now) {
    rejection_accepted_ = true;
    review_ending();
  }
  while (settled_ < std::min(hops_on_path(), trace_.hops.size()) &&
         settles_at(trace_.hops[settled_]) <= now) {
    if (nearer_ == trace_.hops[settled_].ttl) {
      nearer_accepted_ = true;
      review_ending();
    } else {
      ++settled_;
    }
  }
  const bool all_asked = ending_ || frontier_ >= strategy_.last_ttl().value;
  if (!all_asked || settled_ < hops_on_path()) return;
  done_ = true;
  trace_.ended = now;
  conclude(trace_);
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
    wake = std::min({wake, paced(repeat_due(hop), hop.ttl), suspicion_due(hop)});
  }
  // Hops settle in order, so only the first of those left can be what to wake up for.
  if (settled_ < trace_.hops.size()) wake = std::min(wake, settles_at(trace_.hops[settled_]));
  wake = std::min(wake, rejection_settles_at());
  return wake;
}

}  // namespace tracetcp
