// What comes of a reply whose SYNs are found: an answer, a stray, or nothing.

#include "correlate/correlator.hpp"
#include "correlate/matching.hpp"
#include "correlate/stray_of.hpp"

namespace tracetcp {

namespace {

/// Those that only a receiver of our SYNs can send.
bool is_told_by_sender(StrayKind kind) {
  return kind == StrayKind::other_address || kind == StrayKind::other_port ||
         kind == StrayKind::wrong_checksum || kind == StrayKind::other_vlan;
}

}  // namespace

/// What the kernel of the sender would not hand to the socket of an application.
std::optional<StrayKind> Correlator::not_delivered(const Group& group,
                                                   const Arrival& arrival) const {
  if (arrival.wrong_checksum && checksums_tell_) return StrayKind::wrong_checksum;
  const bool is_tagged_otherwise =
      vantage_ == Vantage::sender && arrival.vlan != 0 && group.vlan && arrival.vlan != *group.vlan;
  return is_tagged_otherwise ? std::optional(StrayKind::other_vlan) : std::nullopt;
}

bool Correlator::answer(Group& group, Member* member, Reply& reply) {
  if (group.concluded || (member != nullptr && member->retired)) return ignore(Reason::late);
  reply.trace = group.trace;
  if (member == nullptr) {
    ignored_.add(Reason::unattributed);
    for (const Member& m : group.members) {
      if (!m.retired && !matching::is_answered(m.kinds_seen) && m.sent <= reply.time)
        reply.candidates.push_back(m.index);
    }
    return true;
  }
  // Notices are distinguished and counted where they are kept.
  if ((member->kinds_seen & matching::bit_of(reply.kind)) != 0 && reply.kind != ReplyKind::notice) {
    if (vantage_ == Vantage::anywhere) return ignore(Reason::duplicate);
    const Stray again{.kind = StrayKind::duplicate,
                      .from = {.address = reply.from, .port = {}},
                      .reply_ttl = reply.ttl,
                      .first = reply.time,
                      .last = reply.time};
    reply.probe = member->index;
    return stray(group, again, reply);
  }
  member->kinds_seen |= matching::bit_of(reply.kind);
  reply.probe = member->index;
  reply.sent = member->captured;
  if (reply.time >= member->sent) reply.rtt = reply.time - member->sent;
  return true;
}

bool Correlator::ignore(Reason reason) {
  ignored_.add(reason);
  return false;
}

bool Correlator::stray(Group& group, const Stray& stray, Reply& reply) {
  if (group.concluded) return ignore(Reason::late);
  ignored_.add(reason_of(stray.kind));
  reply.kind = ReplyKind::stray;
  reply.trace = group.trace;
  reply.from = stray.from.address;
  reply.time = stray.first;
  reply.stray = stray;
  return true;
}

bool Correlator::stray(Group& group, StrayKind kind, const TcpSegment& segment, TimePoint time,
                       Reply& reply) {
  const auto& timestamps = segment.tcp.rest->options.timestamps;
  if (timestamps && is_told_by_sender(kind)) {
    const auto* member = matching::find_last(
        group.members, [&](const Member& m) { return m.tsval == timestamps->echo; });
    if (member != nullptr) reply.probe = member->index;
  }
  return stray(group, stray_of(kind, segment, time), reply);
}

bool Correlator::stray(Group& group, StrayKind kind, const IcmpError& error, TimePoint time,
                       Reply& reply) {
  reply = Reply{};
  return stray(group, stray_of(kind, error, time), reply);
}

}  // namespace tracetcp
