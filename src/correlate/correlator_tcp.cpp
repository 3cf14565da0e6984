// Which SYN a TCP segment answers.

#include "correlate/correlator.hpp"
#include "correlate/flow_of.hpp"
#include "correlate/matching.hpp"

#include <algorithm>

namespace tracetcp {

namespace {

/// Whether a SYN-ACK echoes a timestamp that no SYN had. An echo of zero is none: kernels take it.
template <class Members>
bool echoes_another(const Members& members, const TcpRest& tcp) {
  if (!tcp.options.timestamps || tcp.options.timestamps->echo == TsVal{}) return false;
  const TsVal echo = tcp.options.timestamps->echo;
  if (matching::find_last(members, [&](const auto& m) { return m.tsval == echo; }) != nullptr) {
    return false;
  }
  return std::any_of(members.begin(), members.end(),
                     [](const auto& member) { return member.tsval != TsVal{}; });
}

}  // namespace

[[gnu::flatten]] bool Correlator::match_tcp(const TcpSegment& segment, TimePoint time,
                                            Reply& reply) {
  const TcpRest& tcp = *segment.tcp.rest;
  const bool acknowledges = segment.has(TcpRest::ack);
  const bool resets = segment.has(TcpRest::rst);
  if (segment.has(TcpRest::syn) && !acknowledges) {
    if (stamp_own_syn(segment, time)) return false;
    note_translation(segment, time);
    return ignore(Reason::not_ours);
  }
  if (resets &&
      find_flow(flow_of(segment.ip, segment.tcp), segment.tcp.sequence + ~0U) != nullptr) {
    return ignore(Reason::own_reset);
  }
  if (!acknowledges && !resets) return ignore(Reason::not_ours);

  Group* group = acknowledges ? find_flow(reversed(flow_of(segment.ip, segment.tcp)),
                                          tcp.acknowledgement + ~0U)
                              : nullptr;
  if (group == nullptr) return match_odd_tcp(segment, time, reply);
  if (!resets && !segment.has(TcpRest::syn)) {
    if (group->accepted) return ignore(Reason::tcp_other);
    return stray(*group, StrayKind::lone_ack, segment, time, reply);
  }
  if (const auto kind = not_delivered(*group, segment.arrival)) {
    return stray(*group, *kind, segment, time, reply);
  }
  matching::fill_in(reply, segment.ip, time, resets ? ReplyKind::rst : ReplyKind::syn_ack);
  reply.from =
      group->key->flow.target.address;  // as an application sees it, see note_translation()
  if (!resets && echoes_another(group->members, tcp)) {
    return stray(*group, StrayKind::other_echo, segment, time, reply);
  }
  Member* const member =
      resets ? only_candidate(*group, time) : member_of_syn_ack(*group, tcp, time);
  if (!resets) group->accepted = true;
  if (!answer(*group, member, reply)) return false;
  if (reply.kind != ReplyKind::stray && quotes_ == Quotes::kept) reply.tcp = tcp;
  return true;
}

/// What acknowledges none of the SYNs to where it comes from. An application's TCP ignores it
/// (RFC 9293, section 3.10.7.3), or has never heard of its sender.
bool Correlator::match_odd_tcp(const TcpSegment& segment, TimePoint time, Reply& reply) {
  const bool acknowledges = segment.has(TcpRest::ack);
  const bool resets = segment.has(TcpRest::rst);
  const bool is_syn_ack = !resets && segment.has(TcpRest::syn);
  bool accepted = false;
  if (Group* group = find_group_of(reversed(flow_of(segment.ip, segment.tcp)), accepted)) {
    if (accepted) return ignore(Reason::other_isn);
    StrayKind kind = resets ? StrayKind::reset_of_another : StrayKind::lone_ack;
    if (is_syn_ack) kind = StrayKind::syn_ack_of_another;
    if (!acknowledges) kind = StrayKind::reset_without_ack;
    return stray(*group, kind, segment, time, reply);
  }
  if (!acknowledges || (!resets && !is_syn_ack)) return ignore(Reason::not_ours);
  Group* group = find_answered_elsewhere(segment);
  if (group == nullptr || group->translated) return ignore(Reason::not_ours);
  const bool same_address = segment.ip.source == group->key->flow.target.address;
  return stray(*group, same_address ? StrayKind::other_port : StrayKind::other_address, segment,
               time, reply);
}

/// The last group with that 4-tuple; `accepted`: a SYN-ACK came to one of them.
Correlator::Group* Correlator::find_group_of(const Flow& flow, bool& accepted) const {
  const OfFlow* same_flow = by_flow_.find({flow, {}});
  if (same_flow == nullptr) {
    Group* const* const translated =
        translated_.size() == 0 ? nullptr : translated_.find({flow, {}});
    if (translated == nullptr) return nullptr;
    accepted = (*translated)->accepted;
    return *translated;
  }
  for (const Group* group = same_flow->first; group != nullptr; group = group->next_of_flow) {
    accepted = accepted || group->accepted;
  }
  return same_flow->last;
}

/// The SYN that it acknowledges went elsewhere.
Correlator::Group* Correlator::find_answered_elsewhere(const TcpSegment& segment) {
  const OfIsn* same_isn = by_isn_.find(segment.tcp.rest->acknowledgement.value + ~0U);
  if (same_isn == nullptr) return nullptr;
  const Endpoint to{segment.ip.destination, segment.tcp.destination};
  for (Group* group = same_isn->first; group != nullptr; group = group->next_of_isn) {
    if (!group->concluded && group->key->flow.source == to) return group;
  }
  return nullptr;
}

/// A SYN-ACK echoes the TSval of the SYN that it answers (RFC 7323, section 3.2); where several
/// SYNs of one connection attempt overlap, that of the first that arrived.
Correlator::Member* Correlator::member_of_syn_ack(Group& group, const TcpRest& tcp,
                                                  TimePoint time) {
  if (tcp.options.timestamps && tcp.options.timestamps->echo != TsVal{}) {
    const TsVal echo = tcp.options.timestamps->echo;
    auto* member =
        matching::find_last(group.members, [&](const Member& m) { return m.tsval == echo; });
    if (member != nullptr) return member;
  }
  return only_candidate(group, time);
}

/// A RST identifies the connection attempt only. Which SYN it answers is certain only where one SYN
/// of the attempt is unanswered, or where the attempt has a single SYN.
Correlator::Member* Correlator::only_candidate(Group& group, TimePoint time) {
  if (group.members.size() == 1 && !group.members.front().retired) return &group.members.front();
  Member* candidate = nullptr;
  for (Member& member : group.members) {
    if (member.retired || matching::is_answered(member.kinds_seen) || member.sent > time) continue;
    if (candidate != nullptr) return nullptr;
    candidate = &member;
  }
  return candidate;
}

}  // namespace tracetcp
