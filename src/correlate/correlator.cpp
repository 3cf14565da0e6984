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

std::uint32_t Correlator::KeyHash::operator()(const Key& key) const {
  const auto mix = [](std::uint64_t x) {  // the finalizer of MurmurHash3
    x = (x ^ (x >> 33)) * 0xff51afd7ed558ccdULL;
    return x ^ (x >> 33);
  };
  const auto [source, target] = key.flow;
  const auto addresses = std::uint64_t{source.address.value()} << 32 | target.address.value();
  const auto rest = std::uint64_t{key.isn.value} << 32 |
                    static_cast<std::uint32_t>(source.port.value << 16 | target.port.value);
  return static_cast<std::uint32_t>(mix(mix(addresses) ^ rest));
}

void Correlator::add(ProbeId id, const Syn& syn, TimePoint sent) {
  const Key key{syn.flow, syn.tag.isn};
  const auto [group, is_new] = groups_.try_emplace(key);
  if (is_new) {
    group.trace = id.trace;
    constexpr std::size_t few = 16;
    auto& same_isn = by_isn_[syn.tag.isn.value];
    if (same_isn.size() < few) same_isn.push_back(key);
    by_flow_[{syn.flow, {}}].push_back(key);
    keys_of_trace_[id.trace].push_back(key);
  }
  group.members.push_back(
      {.index = id.index, .ip_id = syn.tag.ip_id, .tsval = syn.tag.tsval, .sent = sent});
}

std::vector<Correlator::Key> Correlator::take_keys(std::uint32_t trace) {
  auto node = keys_of_trace_.extract(trace);
  return node.empty() ? std::vector<Key>{} : std::move(node.mapped());
}

void Correlator::forget_flow(const Key& key) {
  const auto same_flow = by_flow_.find({key.flow, {}});
  if (same_flow == by_flow_.end()) return;
  std::erase(same_flow->second, key);
  if (same_flow->second.empty()) by_flow_.erase(same_flow);
}

void Correlator::conclude(std::uint32_t trace) {
  for (const Key& key : take_keys(trace)) {
    Group& group = *groups_.find(key);
    group.concluded = true;
    group.members = {};  // gives the memory back, which clear() would not
    forget_flow(key);
  }
}

void Correlator::forget(std::uint32_t trace) {
  for (const Key& key : take_keys(trace)) {
    groups_.erase(key);
    forget_flow(key);
    auto& same_isn = by_isn_[key.isn.value];
    std::erase(same_isn, key);
    if (same_isn.empty()) by_isn_.erase(key.isn.value);
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
  if (group == nullptr) return ignore(Reason::not_ours);
  const bool resets = segment.has(TcpRest::rst);
  if (!resets && !segment.has(TcpRest::syn)) return ignore(Reason::tcp_other);
  fill_in(reply, segment.ip, time, resets ? ReplyKind::rst : ReplyKind::syn_ack);
  reply.tcp = tcp;
  Member* const member =
      resets ? only_candidate(*group, time) : member_of_syn_ack(*group, tcp, time);
  return answer(*group, member, reply);
}

bool Correlator::match_icmp(const IcmpError& error, TimePoint time, Reply& reply) {
  Group* group = find_quoted(error.quote);
  if (group == nullptr) return ignore(Reason::not_ours);
  fill_in(reply, error.ip, time, kind_of(error));
  reply.icmp_type = error.type;
  reply.icmp_code = error.code;
  reply.next_hop_mtu = error.next_hop_mtu;
  reply.quote = error.quote;
  reply.mpls = error.mpls;
  return answer(*group, member_quoted(*group, error.quote, time), reply);
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
    member->captured = {segment.ip, segment.tcp};
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
  const auto same_isn = by_isn_.find(isn.value);
  if (same_isn == by_isn_.end()) return find_rewritten({source, target}, quote.ip.id);
  const auto likeness = [&](const Key& key) {
    return (key.flow.target == target ? 2 : 0) + (key.flow.source.port == source.port ? 1 : 0);
  };
  const auto best =
      std::max_element(same_isn->second.begin(), same_isn->second.end(),
                       [&](const Key& a, const Key& b) { return likeness(a) < likeness(b); });
  return likeness(*best) == 0 ? nullptr : groups_.find(*best);
}

Correlator::Group* Correlator::find_rewritten(const Flow& flow, IpId ip_id) {
  const auto same_flow = by_flow_.find({flow, {}});
  if (same_flow == by_flow_.end()) return nullptr;
  for (const Key& key : same_flow->second) {
    Group& group = *groups_.find(key);
    if (find(group.members, [&](const Member& m) { return m.ip_id == ip_id; })) return &group;
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
