#include "tracer/round_trip.hpp"

#include "tracer/judge.hpp"

#include <algorithm>

namespace tracetcp {
namespace {

using namespace std::chrono_literals;

bool is_of_hop(const Reply& reply) {
  return reply.kind == ReplyKind::time_exceeded;
}

Duration longest_of_hops(const Trace& trace) {
  Duration longest{};
  for (const Hop& hop : trace.hops) {
    std::optional<Duration> least;
    for (const ProbeRecord& probe : hop.probes) {
      for (const Reply& reply : probe.replies) {
        if (is_of_hop(reply) && reply.rtt) least = std::min(least.value_or(*reply.rtt), *reply.rtt);
      }
    }
    longest = std::max(longest, least.value_or(Duration{}));
  }
  return longest;
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

/// Whether some hop answered, but not all of its probes that left before that time.
bool loses_some(const Trace& trace, TimePoint before) {
  return std::any_of(trace.hops.begin(), trace.hops.end(), [&](const Hop& hop) {
    bool is_answered = false;
    bool is_lost = false;
    for (const ProbeRecord& probe : hop.probes) {
      const bool answers = std::any_of(probe.replies.begin(), probe.replies.end(), is_of_hop);
      is_answered = is_answered || answers;
      is_lost = is_lost || (probe.replies.empty() && probe.sent < before);
    }
    return is_answered && is_lost;
  });
}

/// Whether all hops answered, up to the last that did.
bool all_answer(const Trace& trace) {
  const auto reached = reach(trace);
  return std::all_of(trace.hops.begin(), trace.hops.end(), [&](const Hop& hop) {
    return !reached || hop.ttl > *reached ||
           std::any_of(hop.probes.begin(), hop.probes.end(),
                       [](const ProbeRecord& probe) { return probe.answer() != nullptr; });
  });
}

}  // namespace

bool shows_loss(const Trace& trace) {
  return loses_some(trace, last_moment(trace) - 2 * longest_of_hops(trace) - 10ms);
}

RoundTrips::RoundTrips(const Trace& trace)
    : trace_(trace),
      hops_(longest_of_hops(trace)),
      jitter_(all_answer(trace) ? Duration(500us) : Duration(50us)),
      has_loss_(trace.ended == TimePoint{} ? shows_loss(trace) : loses_some(trace, never)) {}

std::optional<Duration> RoundTrips::known(const ProbeRecord& probe, const Reply& reply) {
  if (!reply.rtt || reply.kind != ReplyKind::syn_ack) return reply.rtt;
  const bool fits = hops_ > 0ns && *reply.rtt <= hops_ + hops_ / 4 + jitter_;
  if (fits && !has_loss_) return reply.rtt;
  const Duration least_time = has_loss_ ? Duration{} : hops_ / 8;  // from a SYN to its answer
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

void forget_unknown_rtts(Trace& trace) {
  RoundTrips times(trace);
  std::vector<Reply*> unknown;
  const auto review = [&](std::vector<ProbeRecord>& probes) {
    for (ProbeRecord& probe : probes) {
      for (Reply& reply : probe.replies) {
        if (reply.rtt && !times.known(probe, reply)) unknown.push_back(&reply);
      }
    }
  };
  for (Hop& hop : trace.hops) review(hop.probes);
  review(trace.checks);
  for (Reply* reply : unknown) reply->rtt.reset();
}

}  // namespace tracetcp
