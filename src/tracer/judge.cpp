#include "tracer/judge.hpp"

#include <algorithm>

namespace tracetcp {
namespace {

bool answers(const ProbeRecord& probe, ReplyKind kind) {
  return std::any_of(probe.replies.begin(), probe.replies.end(),
                     [&](const Reply& reply) { return reply.kind == kind; });
}

struct Ending {
  Ttl ttl;
  const Reply* reply;
};

/// The reply of this kind to the lowest TTL above `beyond`.
std::optional<Ending> lowest(const Trace& trace, ReplyKind kind, int beyond) {
  for (const Hop& hop : trace.hops) {
    if (hop.ttl.value <= beyond) continue;
    for (const ProbeRecord& probe : hop.probes) {
      for (const Reply& reply : probe.replies) {
        if (reply.kind == kind) return Ending{.ttl = hop.ttl, .reply = &reply};
      }
    }
  }
  return std::nullopt;
}

const Reply* checked_open(const Trace& trace) {
  for (const ProbeRecord& check : trace.checks) {
    for (const Reply& reply : check.replies) {
      if (reply.kind == ReplyKind::syn_ack) return &reply;
    }
  }
  return nullptr;
}

/// Of the SYN-ACKs to that TTL and to the checks the one with the least RTT: one that the target
/// had to repeat seems to have taken longer than it did.
const Reply* fastest_open(const Trace& trace, Ttl ttl) {
  const Reply* fastest = nullptr;
  const auto consider = [&](const std::vector<ProbeRecord>& probes) {
    for (const ProbeRecord& probe : probes) {
      for (const Reply& reply : probe.replies) {
        if (reply.kind != ReplyKind::syn_ack) continue;
        const bool faster =
            reply.rtt && (fastest == nullptr || !fastest->rtt || *reply.rtt < *fastest->rtt);
        if (fastest == nullptr || faster) fastest = &reply;
      }
    }
  };
  for (const Hop& hop : trace.hops) {
    if (hop.ttl == ttl) consider(hop.probes);
  }
  consider(trace.checks);
  return fastest;
}

State state_of(ReplyKind kind) {
  switch (kind) {
    case ReplyKind::syn_ack:
      return State::open;
    case ReplyKind::rst:
      return State::closed;
    case ReplyKind::unreachable:
      return State::rejected;
    case ReplyKind::time_exceeded:
    case ReplyKind::notice:
      break;
  }
  return State::incomplete;
}

Verdict ended_by(const Reply& reply, std::optional<Ttl> ttl) {
  return {.state = state_of(reply.kind),
          .ttl = ttl,
          .from = reply.from,
          .rtt = reply.rtt,
          .icmp_code = reply.icmp_code};
}

const Reply* answer_of_hop(const Trace& trace, Ttl ttl) {
  for (const Hop& hop : trace.hops) {
    if (hop.ttl != ttl) continue;
    for (const ProbeRecord& probe : hop.probes) {
      if (probe.answer() != nullptr) return probe.answer();
    }
  }
  return nullptr;
}

/// Whether the silence beyond that TTL was asked for: a SYN that was not seen leaving this machine
/// tells nothing. One that was is enough, as it may have got as far as all others.
bool was_asked_beyond(const Trace& trace, int reached) {
  bool any = false;
  for (const Hop& hop : trace.hops) {
    if (hop.ttl.value <= reached) continue;
    for (const ProbeRecord& probe : hop.probes) {
      if (has_left(probe.departure)) return true;
      any = true;
    }
  }
  return !any;
}

}  // namespace

std::optional<Ttl> reach(const Trace& trace) {
  for (auto hop = trace.hops.rbegin(); hop != trace.hops.rend(); ++hop) {
    const bool answered = std::any_of(
        hop->probes.begin(), hop->probes.end(),
        [](const ProbeRecord& probe) { return answers(probe, ReplyKind::time_exceeded); });
    if (answered) return hop->ttl;
  }
  return std::nullopt;
}

std::optional<Verdict> find_ending(const Trace& trace) {
  const auto reached = reach(trace);
  const auto reset = lowest(trace, ReplyKind::rst, reached ? reached->value : 0);
  const Reply* check = checked_open(trace);
  if (const auto open = lowest(trace, ReplyKind::syn_ack, 0)) {
    const Reply* fastest = fastest_open(trace, open->ttl);
    // Where the target reset a SYN that expired at it, it is nearer than the SYN-ACK says.
    return ended_by(*fastest, reset ? std::min(reset->ttl, open->ttl) : open->ttl);
  }
  if (reset && check != nullptr) return ended_by(*check, reset->ttl);
  const auto rejection = lowest(trace, ReplyKind::unreachable, 0);
  if (rejection && (!reset || rejection->ttl < reset->ttl)) {
    return ended_by(*rejection->reply, rejection->ttl);
  }
  if (reset) return ended_by(*reset->reply, reset->ttl);
  return std::nullopt;
}

Verdict judge(const Trace& trace) {
  if (const auto ending = find_ending(trace)) return *ending;
  if (const Reply* check = checked_open(trace)) return ended_by(*check, std::nullopt);
  if (const auto reset = lowest(trace, ReplyKind::rst, 0)) {
    return ended_by(*reset->reply, reset->ttl);
  }
  if (trace.unplaced) return ended_by(*trace.unplaced, std::nullopt);

  Verdict verdict;
  verdict.ttl = reach(trace);
  if (verdict.ttl) {
    if (const Reply* answer = answer_of_hop(trace, *verdict.ttl)) {
      verdict.from = answer->from;
      verdict.rtt = answer->rtt;
    }
  }
  const bool limit_reached = verdict.ttl && *verdict.ttl == trace.hops.back().ttl;
  if (trace.interrupted || limit_reached) return verdict;  // incomplete
  const bool asked = was_asked_beyond(trace, verdict.ttl ? verdict.ttl->value : 0);
  verdict.state = asked ? State::silent : State::unknown;
  return verdict;
}

}  // namespace tracetcp
