#include <tracetcp/stray.hpp>

#include <algorithm>

namespace tracetcp {

std::string_view name(StrayKind kind) {
  switch (kind) {
    case StrayKind::reset_without_ack:
      return "rst-without-ack";
    case StrayKind::syn_ack_of_another:
      return "syn-ack-of-another";
    case StrayKind::reset_of_another:
      return "rst-of-another";
    case StrayKind::lone_ack:
      return "lone-ack";
    case StrayKind::other_address:
      return "other-address";
    case StrayKind::other_port:
      return "other-port";
    case StrayKind::other_echo:
      return "other-echo";
    case StrayKind::wrong_checksum:
      return "wrong-checksum";
    case StrayKind::other_vlan:
      return "other-vlan";
    case StrayKind::other_quote:
      return "other-quote";
    case StrayKind::duplicate:
      return "duplicate";
    case StrayKind::count_:
      break;
  }
  return "unknown";
}

Reason reason_of(StrayKind kind) {
  switch (kind) {
    case StrayKind::lone_ack:
    case StrayKind::reset_without_ack:
      return Reason::tcp_other;
    case StrayKind::other_address:
    case StrayKind::other_port:
      return Reason::other_sender;
    case StrayKind::wrong_checksum:
    case StrayKind::other_vlan:
      return Reason::not_delivered;
    case StrayKind::duplicate:
      return Reason::duplicate;
    case StrayKind::syn_ack_of_another:
    case StrayKind::reset_of_another:
    case StrayKind::other_echo:
    case StrayKind::other_quote:
    case StrayKind::count_:
      break;
  }
  return Reason::other_isn;
}

bool may_be_answer(StrayKind kind) {
  return kind != StrayKind::other_quote && kind != StrayKind::duplicate;
}

void Strays::add(const Stray& stray) {
  std::size_t of_kind = 0;
  for (Stray& known : different_) {
    if (known.kind != stray.kind) continue;
    ++of_kind;
    if (known.from != stray.from || known.resets != stray.resets || known.vlan != stray.vlan) {
      continue;
    }
    known.count += stray.count;
    known.last = std::max(known.last, stray.last);
    if (stray.ttl && (!known.ttl || *stray.ttl < *known.ttl)) known.ttl = stray.ttl;
    return;
  }
  if (of_kind < most_of_kind) {
    different_.push_back(stray);
  } else {
    others_[static_cast<std::size_t>(stray.kind)] += stray.count;
  }
}

void Strays::clear() {
  different_.clear();
  others_.fill(0);
}

std::uint64_t Strays::count(StrayKind kind) const {
  std::uint64_t count = others(kind);
  for (const Stray& stray : different_) {
    if (stray.kind == kind) count += stray.count;
  }
  return count;
}

}  // namespace tracetcp
