#include "correlate/correlator.hpp"

#include "core/fresh.hpp"
#include "core/make_room.hpp"
#include "correlate/flow_of.hpp"
#include "correlate/stray_of.hpp"

#include <algorithm>
#include <iterator>

namespace tracetcp {
namespace {

constexpr std::uint8_t bit(ReplyKind kind) {
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(kind));
}

/// Those that only a receiver of our SYNs can send.
bool is_told_by_sender(StrayKind kind) {
  return kind == StrayKind::other_address || kind == StrayKind::other_port ||
         kind == StrayKind::wrong_checksum || kind == StrayKind::other_vlan;
}

/// Whether a SYN-ACK echoes a timestamp that no SYN had. An echo of zero is none: kernels take it.
template <class Members>
bool echoes_another(const Members& members, const TcpRest& tcp) {
  if (!tcp.options.timestamps || tcp.options.timestamps->echo == TsVal{}) return false;
  bool any = false;
  for (const auto& member : members) {
    if (member.tsval == tcp.options.timestamps->echo) return false;
    any = any || member.tsval != TsVal{};
  }
  return any;
}

void fill_in(Reply& reply, const IpHeader& ip, TimePoint time, ReplyKind kind) {
  reply.kind = kind;
  reply.from = ip.source;
  reply.time = time;
  reply.ttl = ip.ttl;
  reply.ip_id = ip.id;
}

void fill_in(Reply& reply, const IcmpError& error, TimePoint time) {
  fill_in(reply, error.ip, time, kind_of_icmp(error.icmp));
  reply.icmp = error.icmp;
  reply.next_hop_mtu = error.next_hop_mtu;
  reply.gateway = error.gateway;
  if (!error.mpls.empty()) reply.mpls = error.mpls;
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

Correlator::Attempt& Correlator::add(ProbeId id, const Syn& syn, TimePoint sent) {
  const Key key{syn.flow, syn.tag.isn};
  const auto [group, is_new] = groups_.try_emplace(key);
  if (is_new) begin(group, key, id.trace);
  add(group, id.index, syn.tag, sent);
  return group;
}

void Correlator::add(Attempt& attempt, std::uint32_t index, const Tag& tag, TimePoint sent) {
  make_room(attempt.members);
  Member& member = attempt.members.emplace_back(Fresh<Member>{});
  member.index = index;
  member.ip_id = tag.ip_id;
  member.tsval = tag.tsval;
  member.sent = sent;
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
  if (same_flow->size != 0) {
    OtherIsns* others = other_isns_.find(flow);
    if (others == nullptr) return;
    std::erase_if(others->waiting, [&](const auto& doubtful) { return doubtful.group == &group; });
    return;
  }
  by_flow_.erase(flow);
  if (other_isns_.find(flow) != nullptr) other_isns_.erase(flow);
}

void Correlator::forget_isn(const Group& group) {
  OfIsn* same_isn = by_isn_.find(group.key.isn.value);
  if (same_isn == nullptr || same_isn->first == nullptr) return;
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
  forget_translations(trace);
  refusals_.erase(trace);
  for (Group* group = take_groups(trace); group != nullptr;) {
    Group* const next = group->next_of_trace;
    drop_members(*group);
    forget_flow(*group);
    forget_isn(*group);
    groups_.erase(Key(group->key));
    group = next;
  }
}

std::optional<Reply> Correlator::take_released() {
  if (released_.empty()) return std::nullopt;
  std::optional<Reply> reply(std::move(released_.back()));
  released_.pop_back();
  return reply;
}

std::optional<std::uint32_t> Correlator::trace_of(const Flow& flow, SeqNumber isn) const {
  const Group* group = groups_.find({flow, isn});
  return group == nullptr ? std::nullopt : std::optional(group->trace);
}

std::optional<ProbeId> Correlator::first_of(const Flow& flow, SeqNumber isn) const {
  const Group* group = groups_.find({flow, isn});
  if (group == nullptr || group->members.empty()) return std::nullopt;
  return ProbeId{.trace = group->trace, .index = group->members.front().index};
}

std::optional<Reply> Correlator::match(const Decoded& decoded, TimePoint time) {
  std::optional<Reply> reply(std::in_place, Fresh<Reply>{});  // made where it stays
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
  fill_in(reply, segment.ip, time, resets ? ReplyKind::rst : ReplyKind::syn_ack);
  reply.from = group->key.flow.target.address;  // as an application sees it, see note_translation()
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
  const bool same_address = segment.ip.source == group->key.flow.target.address;
  return stray(*group, same_address ? StrayKind::other_port : StrayKind::other_address, segment,
               time, reply);
}

/// What the kernel of the sender would not hand to the socket of an application.
std::optional<StrayKind> Correlator::not_delivered(const Group& group,
                                                   const Arrival& arrival) const {
  if (arrival.wrong_checksum && checksums_tell_) return StrayKind::wrong_checksum;
  const bool is_tagged_otherwise =
      vantage_ == Vantage::sender && arrival.vlan != 0 && group.vlan && arrival.vlan != *group.vlan;
  return is_tagged_otherwise ? std::optional(StrayKind::other_vlan) : std::nullopt;
}

/// The last group with that 4-tuple; `accepted`: a SYN-ACK came to one of them.
Correlator::Group* Correlator::find_group_of(const Flow& flow, bool& accepted) const {
  const OfFlow* same_flow = by_flow_.find({flow, {}});
  if (same_flow == nullptr) return nullptr;
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
    if (!group->concluded && group->key.flow.source == to) return group;
  }
  return nullptr;
}

bool Correlator::match_icmp(const IcmpError& error, TimePoint time, Reply& reply) {
  if (note_refusal(error)) return false;
  Group* group = find_quoted(error.quote);
  if (group == nullptr) return match_other_isn(error, time, reply);
  if (const auto kind = not_delivered(*group, error.arrival)) {
    return stray(*group, *kind, error, time, reply);
  }
  fill_in(reply, error, time);
  if (quotes_ == Quotes::kept) reply.quote = error.quote;
  return answer(*group, member_quoted(*group, error.quote), reply);
}

bool Correlator::match_other_isn(const IcmpError& error, TimePoint time, Reply& reply) {
  const IcmpError::Quote& quote = error.quote;
  const Key flow{flow_of(quote.ip, quote.tcp), {}};
  const OfFlow* same_flow = by_flow_.find(flow);
  if (same_flow == nullptr) return ignore(Reason::not_ours);
  OtherIsns& others = other_isns_.try_emplace(flow).first;
  Group* group = same_flow->first;
  Member* member = nullptr;
  for (; group != nullptr; group = group->next_of_flow) {
    member = find(group->members, [&](const Member& m) { return m.ip_id == quote.ip.id; });
    if (member != nullptr) break;
  }
  if (member == nullptr || not_delivered(*group, error.arrival)) {
    contradict(others);
    return stray(*same_flow->last, StrayKind::other_quote, error, time, reply);
  }
  fill_in(reply, error, time);
  reply.quote = quote;
  reply.isn_rewritten = true;
  const std::uint32_t shift = quote.tcp.sequence.value - group->key.isn.value;
  if (others.agreed == shift || has_timestamp(quote.tcp, member->tsval)) {
    return answer(*group, member, reply);
  }
  if (others.agreed || others.contradicted) {
    contradict(others);
    return stray(*group, StrayKind::other_quote, error, time, reply);
  }
  const auto place = static_cast<std::uint32_t>(member - group->members.data());
  const auto other_shift = [&](const Doubtful& known) { return known.shift != shift; };
  const auto same_probe = [&](const Doubtful& known) {
    return known.group == group && known.member == place;
  };
  if (std::any_of(others.waiting.begin(), others.waiting.end(), other_shift)) {
    contradict(others);
    return stray(*group, StrayKind::other_quote, error, time, reply);
  }
  if (std::all_of(others.waiting.begin(), others.waiting.end(), same_probe)) {
    constexpr std::size_t few = 4;  // several of one probe
    if (others.waiting.size() < few) {
      others.waiting.push_back({std::move(reply), group, place, shift});
    }
    return ignore(Reason::other_isn);
  }
  others.agreed = shift;
  const bool is_answer = answer(*group, member, reply);
  release(others);
  return is_answer;
}

/// Guesses contradict each other, and most name no SYN of ours.
void Correlator::contradict(OtherIsns& others) {
  others.contradicted = true;
  others.agreed.reset();
  others.waiting.clear();
}

void Correlator::release(OtherIsns& others) {
  std::vector<Reply> answers;  // as they came: of two to one probe the second is a duplicate
  for (Doubtful& doubtful : others.waiting) {
    Member& member = doubtful.group->members[doubtful.member];
    if (answer(*doubtful.group, &member, doubtful.reply)) {
      answers.push_back(std::move(doubtful.reply));
    }
  }
  released_.insert(released_.end(), std::make_move_iterator(answers.rbegin()),
                   std::make_move_iterator(answers.rend()));
  others.waiting.clear();
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
  // Notices are told apart and counted where they are kept.
  if ((member->kinds_seen & bit(reply.kind)) != 0 && reply.kind != ReplyKind::notice) {
    if (vantage_ == Vantage::anywhere) return ignore(Reason::duplicate);
    const Stray again{.kind = StrayKind::duplicate,
                      .from = {.address = reply.from, .port = {}},
                      .reply_ttl = reply.ttl,
                      .first = reply.time,
                      .last = reply.time};
    reply.probe = member->index;
    return stray(group, again, reply);
  }
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
    const auto* member =
        find(group.members, [&](const Member& m) { return m.tsval == timestamps->echo; });
    if (member != nullptr) reply.probe = member->index;
  }
  return stray(group, stray_of(kind, segment, time), reply);
}

bool Correlator::stray(Group& group, StrayKind kind, const IcmpError& error, TimePoint time,
                       Reply& reply) {
  reply = Reply{};
  return stray(group, stray_of(kind, error, time), reply);
}

bool Correlator::stamp_own_syn(const TcpSegment& segment, TimePoint time) {
  Group* group = find_flow(flow_of(segment.ip, segment.tcp), segment.tcp.sequence);
  if (group == nullptr) return false;
  note_checksum(segment);
  group->vlan = segment.arrival.vlan;
  auto* member = find(group->members, [&](const Member& m) { return m.ip_id == segment.ip.id; });
  if (member != nullptr) stamp(*member, segment, time);
  return true;
}

void Correlator::stamp(Member& member, const TcpSegment& segment, TimePoint time) {
  ++seen_leaving_;
  member.sent = time;
  member.captured = IcmpError::Quote{segment.ip, segment.tcp};
}

/// Whose SYNs were made so, or left so.
Correlator::Group* Correlator::find_flow(const Flow& flow, SeqNumber isn) {
  const Key key{flow, isn};
  if (Group* group = groups_.find(key)) return group;
  if (translated_.size() == 0) return nullptr;
  Group** const group = translated_.find(key);
  return group == nullptr ? nullptr : *group;
}

/// The ISN is the tag that nobody can guess. Of the rest a NAT may have rewritten either end, so
/// one of them has to be ours, the other need not.
Correlator::Group* Correlator::find_quoted(const IcmpError::Quote& quote) {
  const Endpoint source{quote.ip.source, quote.tcp.source};
  const Endpoint target{quote.ip.destination, quote.tcp.destination};
  const SeqNumber isn = quote.tcp.sequence;
  if (Group* group = find_flow({source, target}, isn)) return group;
  const OfIsn* same_isn = by_isn_.find(isn.value);
  if (same_isn == nullptr) return nullptr;
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

/// A SYN-ACK echoes the TSval of the SYN that it answers (RFC 7323, section 3.2); where several
/// SYNs of one connection attempt overlap, that of the first that arrived.
Correlator::Member* Correlator::member_of_syn_ack(Group& group, const TcpRest& tcp,
                                                  TimePoint time) {
  if (tcp.options.timestamps && tcp.options.timestamps->echo != TsVal{}) {
    const TsVal echo = tcp.options.timestamps->echo;
    auto* member = find(group.members, [&](const Member& m) { return m.tsval == echo; });
    if (member != nullptr) return member;
  }
  return only_candidate(group, time);
}

Correlator::Member* Correlator::member_quoted(Group& group, const IcmpError::Quote& quote) {
  if (quote.tcp.rest && quote.tcp.rest->options.timestamps) {
    const TsVal value = quote.tcp.rest->options.timestamps->value;
    auto* member = find(group.members, [&](const Member& m) { return m.tsval == value; });
    if (member != nullptr && value != TsVal{}) return member;
  }
  auto* member = find(group.members, [&](const Member& m) { return m.ip_id == quote.ip.id; });
  if (member == nullptr) {  // some stacks quote it in their own byte order
    const IpId swapped{
        static_cast<std::uint16_t>(quote.ip.id.value << 8U | quote.ip.id.value >> 8U)};
    member = find(group.members, [&](const Member& m) { return m.ip_id == swapped; });
  }
  // Once an id was rewritten, one that looks like ours may be so by chance.
  if (member == nullptr) group.ids_rewritten = true;
  if (member != nullptr && !group.ids_rewritten) return member;
  return names_its_probe(group, quote) ? &group.members.front() : nullptr;
}

/// Whether each SYN of its trace has an ISN, or a source port, that no other has.
bool Correlator::names_its_probe(const Group& group, const IcmpError::Quote& quote) const {
  if (group.members.size() != 1) return false;
  const OfTrace* all = by_trace_.find(group.trace);
  if (all == nullptr || all->size < 2) return false;
  const auto has_other_isn = [&](const Group& other) { return other.key.isn != group.key.isn; };
  if (has_other_isn(*all->first) || has_other_isn(*all->last)) return true;
  const auto has_other_port = [&](const Group& other) {
    return other.key.flow.source.port != group.key.flow.source.port;
  };
  return quote.tcp.source == group.key.flow.source.port &&
         (has_other_port(*all->first) || has_other_port(*all->last));
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
