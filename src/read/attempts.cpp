#include "read/attempts.hpp"

#include <algorithm>

namespace tracetcp {
namespace {

Outcomes::Kind outcome_of(ReplyKind kind) {
  switch (kind) {
    case ReplyKind::syn_ack:
      return Outcomes::open;
    case ReplyKind::rst:
      return Outcomes::closed;
    case ReplyKind::unreachable:
      return Outcomes::rejected;
    case ReplyKind::time_exceeded:
      return Outcomes::expired;
    case ReplyKind::notice:
    case ReplyKind::stray:
      break;
  }
  return Outcomes::silent;
}

}  // namespace

void Seen::add(ReplyKind kind) {
  bits_ = static_cast<std::uint8_t>(bits_ | 1U << outcome_of(kind));
}

Outcomes::Kind Seen::outcome() const {
  for (const auto kind :
       {Outcomes::open, Outcomes::closed, Outcomes::rejected, Outcomes::expired}) {
    if ((bits_ >> kind & 1) != 0) return kind;
  }
  return Outcomes::silent;
}

void Outcomes::add(const Outcomes& other) {
  for (std::size_t kind = 0; kind < counts.size(); ++kind) counts[kind] += other.counts[kind];
}

void Attempts::add(const Attempts& other) {
  if (other.syns == 0) return;
  first = syns == 0 ? other.first : std::min(first, other.first);
  last = syns == 0 ? other.last : std::max(last, other.last);
  attempts += other.attempts;
  syns += other.syns;
  outcomes.add(other.outcomes);
}

}  // namespace tracetcp
