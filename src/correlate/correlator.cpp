#include "correlate/correlator.hpp"

#include <algorithm>

namespace tracetcp {
namespace {

constexpr std::uint8_t bit(ReplyKind kind) {
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(kind));
}

ReplyKind kind_of(const IcmpError& error) {
  constexpr std::uint8_t destination_unreachable = 3;
  constexpr std::uint8_t time_exceeded = 11;
  if (error.type == time_exceeded) return ReplyKind::time_exceeded;
  if (error.type == destination_unreachable) return ReplyKind::unreachable;
  return ReplyKind::notice;
}

Flow reversed(const TcpSegment& segment) {
  return {.source = {segment.ip.destination, segment.tcp.destination},
          .target = {segment.ip.source, segment.tcp.source}};
}

Reply reply_to(const IpHeader& ip, TimePoint time, ReplyKind kind) {
  Reply reply;
  reply.kind = kind;
  reply.from = ip.source;
  reply.time = time;
  reply.ttl = ip.ttl;
  reply.ip_id = ip.id;
  return reply;
}

/// A notice tells of a probe, but does not answer it.
bool is_answered(std::uint8_t kinds_seen) {
  return (kinds_seen & ~bit(ReplyKind::notice)) != 0;
}

template <class Members, class Has>
auto* find(Members& members, Has has) {
  const auto found = std::find_if(members.begin(), members.end(), has);
  return found == members.end() ? nullptr : &*found;
}

}  // namespace

void Correlator::add(ProbeId id, const Syn& syn, TimePoint sent) {
  auto& groups = by_isn_[syn.tag.isn.value];
  auto* group = find(groups, [&](const Group& g) { return g.flow == syn.flow; });
  if (group == nullptr) {
    groups.push_back({.flow = syn.flow, .trace = id.trace, .members = {}});
    isns_of_trace_[id.trace].push_back(syn.tag.isn);
    group = &groups.back();
  }
  group->members.push_back(
      {.index = id.index, .ip_id = syn.tag.ip_id, .tsval = syn.tag.tsval, .sent = sent});
}

void Correlator::conclude(std::uint32_t trace) {
  const auto isns = isns_of_trace_.find(trace);
  if (isns == isns_of_trace_.end()) return;
  for (const SeqNumber isn : isns->second) {
    for (Group& group : by_isn_[isn.value]) {
      if (group.trace != trace) continue;
      group.concluded = true;
      group.members = {};  // gives the memory back, which clear() would not
    }
  }
  isns_of_trace_.erase(isns);
}

std::optional<Reply> Correlator::match(const Decoded& decoded, TimePoint time) {
  if (const auto* segment = std::get_if<TcpSegment>(&decoded)) return match_tcp(*segment, time);
  if (const auto* error = std::get_if<IcmpError>(&decoded)) return match_icmp(*error, time);
  return ignore(std::get<Reason>(decoded));
}

std::optional<Reply> Correlator::match_tcp(const TcpSegment& segment, TimePoint time) {
  const TcpRest& tcp = *segment.tcp.rest;
  const bool acknowledges = segment.has(TcpRest::ack);
  if (segment.has(TcpRest::syn) && !acknowledges) {
    return stamp_own_syn(segment, time) ? std::nullopt : ignore(Reason::not_ours);
  }
  const Flow outgoing{.source = {segment.ip.source, segment.tcp.source},
                      .target = {segment.ip.destination, segment.tcp.destination}};
  if (segment.has(TcpRest::rst) && find_flow(outgoing, segment.tcp.sequence + ~0U) != nullptr) {
    return ignore(Reason::own_reset);
  }
  if (!acknowledges) return ignore(Reason::not_ours);

  Group* group = find_flow(reversed(segment), tcp.acknowledgement + ~0U);
  // Some stacks reset with the ISN itself (RFC 9293, section 3.5.3 asks for ISN+1).
  if (group == nullptr && segment.has(TcpRest::rst)) {
    group = find_flow(reversed(segment), tcp.acknowledgement);
  }
  if (group == nullptr) return ignore(Reason::not_ours);
  if (segment.has(TcpRest::rst)) {
    Reply reply = reply_to(segment.ip, time, ReplyKind::rst);
    reply.tcp = tcp;
    return answer(*group, only_candidate(*group, time), std::move(reply));
  }
  if (!segment.has(TcpRest::syn)) return ignore(Reason::tcp_other);
  Reply reply = reply_to(segment.ip, time, ReplyKind::syn_ack);
  reply.tcp = tcp;
  return answer(*group, member_of_syn_ack(*group, tcp, time), std::move(reply));
}

std::optional<Reply> Correlator::match_icmp(const IcmpError& error, TimePoint time) {
  Group* group = find_quoted(error.quote);
  if (group == nullptr) return ignore(Reason::not_ours);
  Reply reply = reply_to(error.ip, time, kind_of(error));
  reply.icmp_type = error.type;
  reply.icmp_code = error.code;
  reply.next_hop_mtu = error.next_hop_mtu;
  reply.quote = error.quote;
  reply.mpls = error.mpls;
  return answer(*group, member_quoted(*group, error.quote, time), std::move(reply));
}

std::optional<Reply> Correlator::answer(Group& group, Member* member, Reply reply) {
  if (group.concluded) return ignore(Reason::late);
  reply.trace = group.trace;
  if (member == nullptr) {
    ignored_.add(Reason::unattributed);
    for (const Member& m : group.members) {
      if (!is_answered(m.kinds_seen) && m.sent <= reply.time) reply.candidates.push_back(m.index);
    }
    return reply;
  }
  if ((member->kinds_seen & bit(reply.kind)) != 0) return ignore(Reason::duplicate);
  member->kinds_seen |= bit(reply.kind);
  reply.probe = member->index;
  if (reply.time >= member->sent) reply.rtt = reply.time - member->sent;
  return reply;
}

std::optional<Reply> Correlator::ignore(Reason reason) {
  ignored_.add(reason);
  return std::nullopt;
}

bool Correlator::stamp_own_syn(const TcpSegment& segment, TimePoint time) {
  const Flow flow{.source = {segment.ip.source, segment.tcp.source},
                  .target = {segment.ip.destination, segment.tcp.destination}};
  Group* group = find_flow(flow, segment.tcp.sequence);
  if (group == nullptr) return false;
  auto* member = find(group->members, [&](const Member& m) { return m.ip_id == segment.ip.id; });
  if (member != nullptr) member->sent = time;
  return true;
}

Correlator::Group* Correlator::find_flow(const Flow& flow, SeqNumber isn) {
  const auto groups = by_isn_.find(isn.value);
  if (groups == by_isn_.end()) return nullptr;
  return find(groups->second, [&](const Group& g) { return g.flow == flow; });
}

/// The ISN is the tag that nobody can guess. Of the rest a NAT may have rewritten either end, so
/// one of them has to be ours, the other need not.
Correlator::Group* Correlator::find_quoted(const IcmpError::Quote& quote) {
  const auto groups = by_isn_.find(quote.tcp.sequence.value);
  if (groups == by_isn_.end()) return nullptr;
  const Endpoint target{quote.ip.destination, quote.tcp.destination};
  const auto likeness = [&](const Group& g) {
    return (g.flow.target == target ? 2 : 0) + (g.flow.source.port == quote.tcp.source ? 1 : 0);
  };
  const auto best =
      std::max_element(groups->second.begin(), groups->second.end(),
                       [&](const Group& a, const Group& b) { return likeness(a) < likeness(b); });
  return best == groups->second.end() || likeness(*best) == 0 ? nullptr : &*best;
}

/// A SYN-ACK echoes the TSval of the SYN that it answers (RFC 7323, section 3.2); where several
/// SYNs of one connection attempt overlap, that of the first that arrived.
Correlator::Member* Correlator::member_of_syn_ack(Group& group, const TcpRest& tcp,
                                                  TimePoint time) {
  if (tcp.options.timestamps) {
    const TsVal echo = tcp.options.timestamps->echo;
    auto* member = find(group.members, [&](const Member& m) { return m.tsval == echo; });
    if (member != nullptr) return member;
  }
  return only_candidate(group, time);
}

Correlator::Member* Correlator::member_quoted(Group& group, const IcmpError::Quote& quote,
                                              TimePoint time) {
  if (group.members.size() == 1) return &group.members.front();
  if (quote.tcp.rest && quote.tcp.rest->options.timestamps) {
    const TsVal value = quote.tcp.rest->options.timestamps->value;
    auto* member = find(group.members, [&](const Member& m) { return m.tsval == value; });
    if (member != nullptr) return member;
  }
  auto* member = find(group.members, [&](const Member& m) { return m.ip_id == quote.ip.id; });
  // Once an id was rewritten, one that looks like ours may be so by chance.
  if (member == nullptr) group.ids_rewritten = true;
  if (member != nullptr && !group.ids_rewritten) return member;
  return only_candidate(group, time);
}

/// A RST tells nothing but the connection attempt: it is certain only where one SYN of it is left
/// that has no answer yet, or where it has but one SYN.
Correlator::Member* Correlator::only_candidate(Group& group, TimePoint time) {
  if (group.members.size() == 1) return &group.members.front();
  Member* candidate = nullptr;
  for (Member& member : group.members) {
    if (is_answered(member.kinds_seen) || member.sent > time) continue;
    if (candidate != nullptr) return nullptr;
    candidate = &member;
  }
  return candidate;
}

}  // namespace tracetcp
