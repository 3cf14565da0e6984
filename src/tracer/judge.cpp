#include "tracer/judge.hpp"

#include "tracer/nearer_end.hpp"
#include "tracer/rejection.hpp"
#include "tracer/round_trip.hpp"

#include <algorithm>

namespace tracetcp {
namespace {

/// The kinds of all replies of a trace. Most have two of them: what takes another one need not be
/// looked for.
class Kinds {
 public:
  explicit Kinds(const Trace& trace) {
    for (const Hop& hop : trace.hops) add(hop.probes);
    add(trace.checks);
  }

  [[nodiscard]] bool has(ReplyKind kind) const { return (bits_ & bit_of(kind)) != 0; }

 private:
  static unsigned bit_of(ReplyKind kind) { return 1U << static_cast<unsigned>(kind); }
  void add(const std::vector<ProbeRecord>& probes) {
    for (const ProbeRecord& probe : probes) {
      for (const Reply& reply : probe.replies) bits_ |= bit_of(reply.kind);
    }
  }

  unsigned bits_ = 0;
};

bool answers(const ProbeRecord& probe, ReplyKind kind) {
  return std::any_of(probe.replies.begin(), probe.replies.end(),
                     [&](const Reply& reply) { return reply.kind == kind; });
}

/// Rule 4.
bool is_from_end(const ProbeRecord& probe, ReplyKind kind) {
  return kind != ReplyKind::syn_ack || !answers(probe, ReplyKind::time_exceeded);
}

struct Ending {
  Ttl ttl;
  const Reply* reply;
};

/// The SYN with the lowest TTL above `beyond` that is answered so, see rule 1.
std::optional<Ending> lowest(const Trace& trace, ReplyKind kind, int beyond) {
  for (const Hop& hop : trace.hops) {
    if (hop.ttl.value <= beyond) continue;
    for (const ProbeRecord& probe : hop.probes) {
      const Reply* end = first_end(probe);
      if (end == nullptr || end->kind != kind || !is_from_end(probe, kind)) continue;
      return Ending{.ttl = hop.ttl, .reply = end};
    }
  }
  return std::nullopt;
}

/// Rule 2. Of several checks the SYN-ACK counts: in a capture they may have had any TTL.
const Reply* answer_of_checks(const Trace& trace) {
  const Reply* answer = nullptr;
  for (const ProbeRecord& check : trace.checks) {
    const Reply* end = first_end(check);
    if (end == nullptr) continue;
    if (answer == nullptr || end->kind == ReplyKind::syn_ack) answer = end;
  }
  return answer;
}

/// The first SYN-ACK to a SYN that expired on the way, see rule 4.
const Reply* open_on_way(const Trace& trace) {
  for (const Hop& hop : trace.hops) {
    for (const ProbeRecord& probe : hop.probes) {
      const Reply* end = first_end(probe);
      if (end != nullptr && end->kind == ReplyKind::syn_ack) return end;
    }
  }
  return nullptr;
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
    case ReplyKind::stray:
      break;
  }
  return State::incomplete;
}

Verdict ended_by(const Reply& reply, std::optional<Ttl> ttl) {
  return {.state = state_of(reply.kind),
          .ttl = ttl,
          .from = reply.from,
          .rtt = reply.rtt,
          .icmp = reply.icmp};
}

/// By the SYN-ACK to that TTL or to a check whose time is known and least; else by the first.
Verdict opened_by_fastest(const Trace& trace, RoundTrips& times, Ttl ttl, std::optional<Ttl> end) {
  const Reply* fastest = nullptr;
  std::optional<Duration> least;
  const auto consider = [&](const std::vector<ProbeRecord>& probes) {
    for (const ProbeRecord& probe : probes) {
      for (const Reply& reply : probe.replies) {
        if (reply.kind != ReplyKind::syn_ack) continue;
        const auto rtt = times.known(probe, reply);
        const bool faster = rtt && (!least || *rtt < *least);
        if (faster) least = rtt;
        if (fastest == nullptr || faster) fastest = &reply;
      }
    }
  };
  for (const Hop& hop : trace.hops) {
    if (hop.ttl == ttl) consider(hop.probes);
  }
  consider(trace.checks);
  Verdict verdict = ended_by(*fastest, end);
  verdict.rtt = least;
  return verdict;
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
/// proves nothing. One that was is enough, as it may have got as far as all others.
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

std::optional<Verdict> ending_of(const Trace& trace, Kinds kinds, RoundTrips& times) {
  std::optional<Ending> open;
  if (kinds.has(ReplyKind::syn_ack)) open = lowest(trace, ReplyKind::syn_ack, 0);
  std::optional<Ending> reset;
  if (kinds.has(ReplyKind::rst)) {
    const auto reached = reach(trace);
    reset = lowest(trace, ReplyKind::rst, reached ? reached->value : 0);
  }
  // Where the target reset a SYN that expired at it, it is nearer than the SYN-ACK says.
  std::optional<Ttl> end;
  if (open) end = open->ttl;
  if (reset && (!end || reset->ttl < *end)) end = reset->ttl;
  std::optional<Rejection> rejection;
  if (kinds.has(ReplyKind::unreachable)) rejection = find_rejection(trace);

  if (const Reply* check = answer_of_checks(trace)) {
    if (rejection && check->kind == ReplyKind::unreachable) {
      return ended_by(*rejection->reply, rejection->ttl);
    }
    if (end && check->kind == ReplyKind::syn_ack) {
      return opened_by_fastest(trace, times, open ? open->ttl : *end, end);
    }
    const bool as_before = reset && check->kind == ReplyKind::rst;
    if (end) return ended_by(as_before ? *reset->reply : *check, end);
  }
  if (open) return opened_by_fastest(trace, times, open->ttl, end);
  if (rejection && rejection->is_confirmed && (!reset || rejection->ttl < reset->ttl)) {
    return ended_by(*rejection->reply, rejection->ttl);
  }
  if (reset) return ended_by(*reset->reply, reset->ttl);
  return std::nullopt;
}

Verdict judged(const Trace& trace, Kinds kinds, RoundTrips& times) {
  if (auto ending = ending_of(trace, kinds, times)) {
    if (const auto nearer = nearer_end(trace, *ending)) ending->ttl = nearer;
    return *ending;
  }
  const Reply* open = answer_of_checks(trace);
  if (open == nullptr || open->kind != ReplyKind::syn_ack) open = open_on_way(trace);
  if (open != nullptr) return ended_by(*open, std::nullopt);
  if (kinds.has(ReplyKind::unreachable)) {
    if (const auto rejection = find_unconfirmed_rejection(trace)) return *rejection;
  }
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
  if (trace.cut_short() || limit_reached) return verdict;  // incomplete
  const bool asked = was_asked_beyond(trace, verdict.ttl ? verdict.ttl->value : 0);
  verdict.state = asked ? State::silent : State::unknown;
  return verdict;
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

bool is_contradictory(const Trace& trace) {
  const auto contradicts = [](const ProbeRecord& probe) {
    const Reply* first = first_end(probe);
    if (first == nullptr) return false;
    if (probe.contested && first->kind == ReplyKind::syn_ack) return true;
    return std::any_of(probe.replies.begin(), probe.replies.end(), [&](const Reply& reply) {
      return ends_path(reply.kind) && reply.kind != first->kind;
    });
  };
  return std::any_of(trace.hops.begin(), trace.hops.end(), [&](const Hop& hop) {
    return std::any_of(hop.probes.begin(), hop.probes.end(), contradicts);
  });
}

std::optional<Verdict> find_ending(const Trace& trace) {
  RoundTrips times(trace);
  return ending_of(trace, Kinds(trace), times);
}

std::optional<Verdict> find_unconfirmed_rejection(const Trace& trace) {
  const auto rejection = find_rejection(trace);
  if (!rejection || rejection->is_confirmed) return std::nullopt;
  return ended_by(*rejection->reply, rejection->ttl);
}

Verdict judge(const Trace& trace) {
  RoundTrips times(trace);
  return judged(trace, Kinds(trace), times);
}

void conclude(Trace& trace) {
  const Kinds kinds(trace);
  RoundTrips times(trace);
  if (kinds.has(ReplyKind::syn_ack)) forget_unknown_rtts(trace, times);
  trace.verdict = judged(trace, kinds, times);
}

}  // namespace tracetcp
