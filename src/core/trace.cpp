#include <tracetcp/trace.hpp>

#include <algorithm>

namespace tracetcp {

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
  }
  return "unknown";
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
