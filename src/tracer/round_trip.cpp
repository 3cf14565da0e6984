#include "tracer/round_trip.hpp"

#include "tracer/judge.hpp"

#include <algorithm>

namespace tracetcp {
namespace {

using namespace std::chrono_literals;

bool is_of_hop(const Reply& reply) {
  return reply.kind == ReplyKind::time_exceeded;
}

/// What the probes to one hop on the way show.
struct Shown {
  std::optional<Duration> least;  ///< time of an answer
  bool is_answered = false;
  bool is_lost = false;  ///< one that left before a certain time was not answered at all
  bool is_silent = true;
};

Shown shown_by(const Hop& hop, TimePoint before) {
  Shown shown;
  for (const ProbeRecord& probe : hop.probes) {
    if (probe.replies.empty()) {
      shown.is_lost = shown.is_lost || probe.sent < before;
      continue;
    }
    for (const Reply& reply : probe.replies) {
      if (!is_of_hop(reply)) {
        shown.is_silent = shown.is_silent && reply.answers_nothing();
        continue;
      }
      shown.is_silent = false;
      shown.is_answered = true;
      if (reply.rtt && (!shown.least || *reply.rtt < *shown.least)) shown.least = reply.rtt;
    }
  }
  return shown;
}

/// The last thing that the trace shows.
TimePoint last_moment(const Trace& trace) {
  TimePoint last{};
  for (const Hop& hop : trace.hops) {
    for (const ProbeRecord& probe : hop.probes) {
      last = std::max(last, probe.sent);
      for (const Reply& reply : probe.replies) last = std::max(last, reply.time);
    }
  }
  return last;
}

/// A probe that left before that, and has no answer by now, gets none.
TimePoint overdue_before(const Trace& trace) {
  Duration longest{};
  for (const Hop& hop : trace.hops) {
    longest = std::max(longest, shown_by(hop, {}).least.value_or(Duration{}));
  }
  return last_moment(trace) - 2 * longest - 10ms;
}

}  // namespace

bool shows_loss(const Trace& trace) {
  const TimePoint overdue = overdue_before(trace);
  return std::any_of(trace.hops.begin(), trace.hops.end(), [&](const Hop& hop) {
    const Shown shown = shown_by(hop, overdue);
    return shown.is_answered && shown.is_lost;
  });
}

RoundTrips::Way RoundTrips::way_of(const Trace& trace) {
  const bool is_over = trace.ended != TimePoint{};
  const TimePoint before = is_over ? never : overdue_before(trace);
  Way way{.jitter = 500us};
  bool is_after_silence = false;
  for (const Hop& hop : trace.hops) {
    const Shown shown = shown_by(hop, before);
    way.hops = std::max(way.hops, shown.least.value_or(Duration{}));
    way.has_loss = way.has_loss || (shown.is_answered && shown.is_lost);
    if (shown.is_answered && is_after_silence) way.jitter = 50us;
    is_after_silence = is_after_silence || shown.is_silent;
  }
  return way;
}

std::optional<Duration> RoundTrips::known(const ProbeRecord& probe, const Reply& reply) {
  if (!reply.rtt || reply.kind != ReplyKind::syn_ack) return reply.rtt;
  if (!way_) way_ = way_of(trace_);
  const bool fits = way_->hops > 0ns && *reply.rtt <= way_->hops + way_->hops / 4 + way_->jitter;
  if (fits && !way_->has_loss) return reply.rtt;
  const Duration least_time = way_->has_loss ? Duration{} : way_->hops / 8;  // from SYN to answer
  if (*reply.rtt >= 1s || has_other_syn(probe, reply.time - least_time)) return std::nullopt;
  return reply.rtt;
}

void RoundTrips::find_syns() {
  const auto reached = reach(trace_);
  const auto add = [&](const std::vector<ProbeRecord>& probes) {
    for (const ProbeRecord& probe : probes) {
      if (!reached || probe.ttl > *reached) syns_->emplace_back(probe.flow, probe.sent);
    }
  };
  syns_.emplace();
  for (const Hop& hop : trace_.hops) add(hop.probes);
  add(trace_.checks);
  std::sort(syns_->begin(), syns_->end());
}

bool RoundTrips::has_other_syn(const ProbeRecord& named, TimePoint until) {
  if (!syns_) find_syns();
  const auto next =
      std::upper_bound(syns_->begin(), syns_->end(), std::pair(named.flow, named.sent));
  return next != syns_->end() && next->first == named.flow && next->second < until;
}

void forget_unknown_rtts(Trace& trace, RoundTrips& times) {
  const auto review = [&](std::vector<ProbeRecord>& probes) {
    for (ProbeRecord& probe : probes) {
      for (Reply& reply : probe.replies) {
        if (reply.kind != ReplyKind::syn_ack || !reply.rtt) continue;
        if (!times.known(probe, reply)) reply.rtt.reset();
      }
    }
  };
  for (Hop& hop : trace.hops) review(hop.probes);
  review(trace.checks);
}

}  // namespace tracetcp
