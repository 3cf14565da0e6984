#include "correlate/correlator.hpp"

#include "core/icmp_type.hpp"

#include <algorithm>

namespace tracetcp {
namespace {

constexpr std::uint8_t bit(ReplyKind kind) {
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(kind));
}

ReplyKind kind_of(const IcmpError& error) {
  if (error.type == icmp_type::time_exceeded) return ReplyKind::time_exceeded;
  if (error.type == icmp_type::destination_unreachable) return ReplyKind::unreachable;
  return ReplyKind::notice;
}

Flow reversed(const TcpSegment& segment) {
  return {.source = {segment.ip.destination, segment.tcp.destination},
          .target = {segment.ip.source, segment.tcp.source}};
}

/// The finalizer of MurmurHash3.
std::uint64_t mixed(std::uint64_t x) {
  x = (x ^ (x >> 33)) * 0xff51afd7ed558ccdULL;
  return x ^ (x >> 33);
}

void fill_in(Reply& reply, const IpHeader& ip, TimePoint time, ReplyKind kind) {
  reply.kind = kind;
  reply.from = ip.source;
  reply.time = time;
  reply.ttl = ip.ttl;
  reply.ip_id = ip.id;
}

/// A notice tells of a probe, but does not answer it.
bool is_answered(std::uint8_t kinds_seen) {
  return (kinds_seen & ~bit(ReplyKind::notice)) != 0;
}

/// The last such one: replies come to SYNs that left lately, and numbers may come round again.
template <class Members, class Has>
auto* find(Members& members, Has has) {
  const auto found = std::find_if(members.rbegin(), members.rend(), has);
  return found == members.rend() ? nullptr : &*found;
}

}  // namespace

template <Correlator::Group* Correlator::Group::*Next>
void Correlator::Chain<Next>::add(Group& group) {
  (last == nullptr ? first : last->*Next) = &group;
  last = &group;
  group.*Next = nullptr;
  ++size;
}

/// It need not be there.
template <Correlator::Group* Correlator::Group::*Next>
void Correlator::Chain<Next>::remove(const Group& group) {
  Group* before = nullptr;
  for (Group* at = first; at != nullptr; before = at, at = at->*Next) {
    if (at != &group) continue;
    (before == nullptr ? first : before->*Next) = at->*Next;
    if (last == at) last = before;
    --size;
    return;
  }
}

std::uint32_t Correlator::KeyHash::operator()(const Key& key) const {
  const auto [source, target] = key.flow;
  const auto addresses = std::uint64_t{source.address.value()} << 32 | target.address.value();
  const auto rest = std::uint64_t{key.isn.value} << 32 |
                    static_cast<std::uint32_t>(source.port.value << 16 | target.port.value);
  return static_cast<std::uint32_t>(mixed(mixed(addresses) ^ rest));
}

std::uint32_t Correlator::NumberHash::operator()(std::uint32_t number) const {
  return static_cast<std::uint32_t>(mixed(number));
}

Correlator::Attempt& Correlator::add(ProbeId id, const Syn& syn, TimePoint sent) {
  const Key key{syn.flow, syn.tag.isn};
  const auto [group, is_new] = groups_.try_emplace(key);
  if (is_new) begin(group, key, id.trace);
  add(group, id.index, syn.tag, sent);
  return group;
}

void Correlator::add(Attempt& attempt, std::uint32_t index, const Tag& tag, TimePoint sent) {
  attempt.members.push_back({.index = index, .ip_id = tag.ip_id, .tsval = tag.tsval, .sent = sent});
}

void Correlator::begin(Group& group, const Key& key, std::uint32_t trace) {
  group.trace = trace;
  group.key = key;
  if (!spare_members_.empty()) {
    group.members = std::move(spare_members_.back());
    spare_members_.pop_back();
  }
  constexpr std::size_t few = 16;
  OfIsn& same_isn = by_isn_.try_emplace(key.isn.value).first;
  if (same_isn.size < few) same_isn.add(group);
  by_flow_.try_emplace({key.flow, {}}).first.add(group);
  by_trace_.try_emplace(trace).first.add(group);
}

/// The first of a trace's, which leads to the others.
Correlator::Group* Correlator::take_groups(std::uint32_t trace) {
  const OfTrace* groups = by_trace_.find(trace);
  Group* first = groups == nullptr ? nullptr : groups->first;
  by_trace_.erase(trace);
  return first;
}

void Correlator::forget_flow(const Group& group) {
  const Key flow{group.key.flow, {}};
  OfFlow* same_flow = by_flow_.find(flow);
  if (same_flow == nullptr) return;
  same_flow->remove(group);
  if (same_flow->size == 0) by_flow_.erase(flow);
}

void Correlator::forget_isn(const Group& group) {
  OfIsn* same_isn = by_isn_.find(group.key.isn.value);
  if (same_isn == nullptr) return;
  same_isn->remove(group);
  if (same_isn->size == 0) by_isn_.erase(group.key.isn.value);
}

void Correlator::drop_members(Group& group) {
  constexpr std::size_t enough = 4096;
  constexpr std::size_t usual = 256;
  if (group.members.capacity() <= usual && spare_members_.size() < enough) {
    group.members.clear();
    spare_members_.push_back(std::move(group.members));
  }
  group.members = {};  // gives the memory back, which clear() would not
}

void Correlator::conclude(std::uint32_t trace) {
  for (Group* group = take_groups(trace); group != nullptr; group = group->next_of_trace) {
    group->concluded = true;
    drop_members(*group);
    forget_flow(*group);
  }
}

void Correlator::forget(std::uint32_t trace) {
  for (Group* group = take_groups(trace); group != nullptr;) {
    Group* const next = group->next_of_trace;
    drop_members(*group);
    forget_flow(*group);
    forget_isn(*group);
    groups_.erase(Key(group->key));
    group = next;
  }
}

std::optional<std::uint32_t> Correlator::trace_of(const Flow& flow, SeqNumber isn) const {
  const Group* group = groups_.find({flow, isn});
  return group == nullptr ? std::nullopt : std::optional(group->trace);
}

std::optional<Reply> Correlator::match(const Decoded& decoded, TimePoint time) {
  std::optional<Reply> reply(std::in_place);  // the only one: where it is made is where it stays
  if (!match(decoded, time, *reply)) reply.reset();
  return reply;
}

bool Correlator::match(const Decoded& decoded, TimePoint time, Reply& reply) {
  if (const auto* segment = std::get_if<TcpSegment>(&decoded)) {
    return match_tcp(*segment, time, reply);
  }
  if (const auto* error = std::get_if<IcmpError>(&decoded)) return match_icmp(*error, time, reply);
  return ignore(std::get<Reason>(decoded));
}

bool Correlator::match_tcp(const TcpSegment& segment, TimePoint time, Reply& reply) {
  const TcpRest& tcp = *segment.tcp.rest;
  const bool acknowledges = segment.has(TcpRest::ack);
  if (segment.has(TcpRest::syn) && !acknowledges) {
    return !stamp_own_syn(segment, time) && ignore(Reason::not_ours);
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
  if (group == nullptr) {
    const bool on_our_flow = by_flow_.find({reversed(segment), {}}) != nullptr;
    return ignore(on_our_flow ? Reason::other_isn : Reason::not_ours);
  }
  const bool resets = segment.has(TcpRest::rst);
  if (!resets && !segment.has(TcpRest::syn)) return ignore(Reason::tcp_other);
  fill_in(reply, segment.ip, time, resets ? ReplyKind::rst : ReplyKind::syn_ack);
  Member* const member =
      resets ? only_candidate(*group, time) : member_of_syn_ack(*group, tcp, time);
  if (!answer(*group, member, reply)) return false;
  if (quotes_ == Quotes::kept) reply.tcp = tcp;
  return true;
}

bool Correlator::match_icmp(const IcmpError& error, TimePoint time, Reply& reply) {
  Group* group = find_quoted(error.quote);
  if (group == nullptr) return ignore(Reason::not_ours);
  fill_in(reply, error.ip, time, kind_of(error));
  reply.icmp_type = error.type;
  reply.icmp_code = error.code;
  reply.next_hop_mtu = error.next_hop_mtu;
  if (!error.mpls.empty()) reply.mpls = error.mpls;
  Member* const member = member_quoted(*group, error.quote, time);
  if (quotes_ == Quotes::kept) reply.quote = error.quote;
  return answer(*group, member, reply);
}

bool Correlator::answer(Group& group, Member* member, Reply& reply) {
  if (group.concluded) return ignore(Reason::late);
  reply.trace = group.trace;
  if (member == nullptr) {
    ignored_.add(Reason::unattributed);
    for (const Member& m : group.members) {
      if (!is_answered(m.kinds_seen) && m.sent <= reply.time) reply.candidates.push_back(m.index);
    }
    return true;
  }
  if ((member->kinds_seen & bit(reply.kind)) != 0) return ignore(Reason::duplicate);
  member->kinds_seen |= bit(reply.kind);
  reply.probe = member->index;
  reply.sent = member->captured;
  if (reply.time >= member->sent) reply.rtt = reply.time - member->sent;
  return true;
}

bool Correlator::ignore(Reason reason) {
  ignored_.add(reason);
  return false;
}

bool Correlator::stamp_own_syn(const TcpSegment& segment, TimePoint time) {
  const Flow flow{.source = {segment.ip.source, segment.tcp.source},
                  .target = {segment.ip.destination, segment.tcp.destination}};
  Group* group = find_flow(flow, segment.tcp.sequence);
  if (group == nullptr) return false;
  auto* member = find(group->members, [&](const Member& m) { return m.ip_id == segment.ip.id; });
  if (member != nullptr) {
    member->sent = time;
    member->captured = IcmpError::Quote{segment.ip, segment.tcp};
  }
  return true;
}

Correlator::Group* Correlator::find_flow(const Flow& flow, SeqNumber isn) {
  return groups_.find({flow, isn});
}

/// The ISN is the tag that nobody can guess. Of the rest a NAT may have rewritten either end, so
/// one of them has to be ours, the other need not. Firewalls that rewrite ISNs leave all of the
/// rest as it was: both ends and the IP id tell as much.
Correlator::Group* Correlator::find_quoted(const IcmpError::Quote& quote) {
  const Endpoint source{quote.ip.source, quote.tcp.source};
  const Endpoint target{quote.ip.destination, quote.tcp.destination};
  const SeqNumber isn = quote.tcp.sequence;
  if (Group* group = find_flow({source, target}, isn)) return group;
  const OfIsn* same_isn = by_isn_.find(isn.value);
  if (same_isn == nullptr) return find_rewritten({source, target}, quote.ip.id);
  Group* best = nullptr;
  int best_likeness = 0;
  for (Group* group = same_isn->first; group != nullptr; group = group->next_of_isn) {
    const Flow& flow = group->key.flow;
    const int likeness =
        (flow.target == target ? 2 : 0) + (flow.source.port == source.port ? 1 : 0);
    if (likeness <= best_likeness) continue;
    best = group;
    best_likeness = likeness;
  }
  return best;
}

Correlator::Group* Correlator::find_rewritten(const Flow& flow, IpId ip_id) {
  const OfFlow* same_flow = by_flow_.find({flow, {}});
  if (same_flow == nullptr) return nullptr;
  for (Group* group = same_flow->first; group != nullptr; group = group->next_of_flow) {
    if (find(group->members, [&](const Member& m) { return m.ip_id == ip_id; })) return group;
  }
  return nullptr;
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
