// Which SYN an ICMP error quotes.

#include "correlate/correlator.hpp"
#include "correlate/flow_of.hpp"
#include "correlate/matching.hpp"

#include <algorithm>
#include <iterator>

namespace tracetcp {

namespace {

void fill_in(Reply& reply, const IcmpError& error, TimePoint time) {
  matching::fill_in(reply, error.ip, time, kind_of_icmp(error.icmp));
  reply.icmp = error.icmp;
  reply.next_hop_mtu = error.next_hop_mtu;
  reply.gateway = error.gateway;
  if (!error.mpls.empty()) reply.mpls = error.mpls;
}

}  // namespace

[[gnu::flatten]] bool Correlator::match_icmp(const IcmpError& error, TimePoint time, Reply& reply) {
  if (vantage_ == Vantage::sender && note_refusal(error)) return false;
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
  OtherIsns& others = other_isns_.try_emplace(flow).value;
  Group* group = same_flow->first;
  Member* member = nullptr;
  for (; group != nullptr; group = group->next_of_flow) {
    member = matching::find_last(group->members, [&](const Member& m) {
      return matching::has_number_of(m, quote.ip, quote.tcp);
    });
    if (member != nullptr) break;
  }
  if (member == nullptr || not_delivered(*group, error.arrival)) {
    contradict(others);
    return stray(*same_flow->last, StrayKind::other_quote, error, time, reply);
  }
  fill_in(reply, error, time);
  reply.quote = quote;
  reply.isn_rewritten = true;
  const std::uint32_t shift = quote.tcp.sequence.value - group->key->isn.value;
  if (others.agreed == shift || has_timestamp(quote.tcp, member->tsval)) {
    return answer(*group, member, reply);
  }
  if (others.agreed || others.contradicted) {
    contradict(others);
    return stray(*group, StrayKind::other_quote, error, time, reply);
  }
  const auto place = static_cast<std::uint32_t>(member - group->members.data());
  const auto other_shift = [&](const Suspected& known) { return known.shift != shift; };
  const auto same_probe = [&](const Suspected& known) {
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
  for (Suspected& suspected : others.waiting) {
    Member& member = suspected.group->members[suspected.member];
    if (answer(*suspected.group, &member, suspected.reply)) {
      answers.push_back(std::move(suspected.reply));
    }
  }
  released_.insert(released_.end(), std::make_move_iterator(answers.rbegin()),
                   std::make_move_iterator(answers.rend()));
  others.waiting.clear();
}

/// The ISN is the tag that cannot be guessed. A NAT may have rewritten either end of the flow, so
/// one end has to be ours, the other need not.
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
    const Flow& flow = group->key->flow;
    const int likeness =
        (flow.target == target ? 2 : 0) + (flow.source.port == source.port ? 1 : 0);
    if (likeness <= best_likeness) continue;
    best = group;
    best_likeness = likeness;
  }
  return best;
}

Correlator::Member* Correlator::member_quoted(Group& group, const IcmpError::Quote& quote) {
  if (quote.tcp.rest && quote.tcp.rest->options.timestamps) {
    const TsVal value = quote.tcp.rest->options.timestamps->value;
    auto* member =
        matching::find_last(group.members, [&](const Member& m) { return m.tsval == value; });
    if (member != nullptr && value != TsVal{}) return member;
  }
  if (quote.ip.family() == Family::ipv6) return member_quoted_in_ipv6(group, quote);
  auto* member =
      matching::find_last(group.members, [&](const Member& m) { return m.ip_id == quote.ip.id; });
  if (member == nullptr) {  // some stacks quote it in their own byte order
    const IpId swapped{
        static_cast<std::uint16_t>(quote.ip.id.value << 8U | quote.ip.id.value >> 8U)};
    member =
        matching::find_last(group.members, [&](const Member& m) { return m.ip_id == swapped; });
  }
  // Once an id was rewritten, one that looks like ours may be so by chance.
  if (member == nullptr) group.ids_rewritten = true;
  if (member != nullptr && !group.ids_rewritten) return member;
  return names_its_probe(group, quote) ? &group.members.front() : nullptr;
}

/// Where the timestamp, if there is one, is none of ours.
Correlator::Member* Correlator::member_quoted_in_ipv6(Group& group,
                                                      const IcmpError::Quote& quote) const {
  if (names_its_probe(group, quote)) return &group.members.front();
  const bool is_cut = !quote.tcp.rest || !quote.tcp.rest->options.timestamps;
  if (is_cut && group.members.size() == 1) return &group.members.front();
  const auto has_label = [&](const Member& m) { return m.flow_label == quote.ip.flow_label; };
  auto* const member = matching::find_last(group.members, has_label);
  const auto all = std::count_if(group.members.begin(), group.members.end(), has_label);
  return is_cut && all == 1 ? member : nullptr;
}

/// Whether each SYN of its trace has an ISN, or a source port, that no other has.
bool Correlator::names_its_probe(const Group& group, const IcmpError::Quote& quote) const {
  if (group.members.size() != 1) return false;
  const OfTrace* all = by_trace_.find(group.trace);
  if (all == nullptr || all->size < 2) return false;
  const auto has_other_isn = [&](const Group& other) { return other.key->isn != group.key->isn; };
  if (has_other_isn(*all->first) || has_other_isn(*all->last)) return true;
  const auto has_other_port = [&](const Group& other) {
    return other.key->flow.source.port != group.key->flow.source.port;
  };
  return quote.tcp.source == group.key->flow.source.port &&
         (has_other_port(*all->first) || has_other_port(*all->last));
}

}  // namespace tracetcp
