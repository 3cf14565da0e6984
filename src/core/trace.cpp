#include <tracetcp/trace.hpp>

#include <algorithm>

namespace tracetcp {
namespace {

bool answers_on_way(const Hop& hop, Address address) {
  return std::any_of(hop.probes.begin(), hop.probes.end(), [&](const ProbeRecord& probe) {
    return std::any_of(probe.replies.begin(), probe.replies.end(), [&](const Reply& reply) {
      return reply.kind == ReplyKind::time_exceeded && reply.from == address;
    });
  });
}

}  // namespace

std::string_view name(ReplyKind kind) {
  switch (kind) {
    case ReplyKind::time_exceeded:
      return "time-exceeded";
    case ReplyKind::unreachable:
      return "unreachable";
    case ReplyKind::syn_ack:
      return "syn-ack";
    case ReplyKind::rst:
      return "rst";
    case ReplyKind::notice:
      return "notice";
    case ReplyKind::stray:
      return "stray";
  }
  return "unknown";
}

std::string_view name(State state) {
  switch (state) {
    case State::open:
      return "open";
    case State::closed:
      return "closed";
    case State::rejected:
      return "rejected";
    case State::silent:
      return "silent";
    case State::incomplete:
      return "incomplete";
    case State::unknown:
      return "unknown";
  }
  return "unknown";
}

std::string_view name(Departure departure) {
  switch (departure) {
    case Departure::unwatched:
      return "unwatched";
    case Departure::unseen:
      return "unseen";
    case Departure::as_made:
      return "as-made";
    case Departure::translated:
      return "translated";
    case Departure::refused:
      return "refused";
    case Departure::unknown:
      break;
  }
  return "unknown";
}

bool may_not_have_left(const Trace& trace) {
  return std::any_of(trace.hops.begin(), trace.hops.end(), [](const Hop& hop) {
    return std::any_of(hop.probes.begin(), hop.probes.end(), [](const ProbeRecord& probe) {
      return probe.departure == Departure::unknown;
    });
  });
}

std::optional<Ttl> verdict_hop(const Trace& trace) {
  const Verdict& verdict = trace.verdict;
  std::optional<Ttl> place = verdict.ttl;
  if (verdict.state != State::rejected || !verdict.from) return place;
  for (const Hop& hop : trace.path()) {
    if (answers_on_way(hop, *verdict.from)) place = hop.ttl;
  }
  return place;
}

std::span<const Hop> Trace::path() const {
  const bool path_ended = verdict.state == State::open || verdict.state == State::closed ||
                          verdict.state == State::rejected;
  std::size_t length = hops.size();
  if (path_ended && verdict.ttl && !hops.empty() && *verdict.ttl >= hops.front().ttl) {
    const auto last = static_cast<std::size_t>(verdict.ttl->value - hops.front().ttl.value) + 1;
    length = std::min(length, last);
  }
  return std::span(hops).first(length);
}

}  // namespace tracetcp
