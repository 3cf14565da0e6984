// How our SYNs leave this machine: translated by its NAT, or not at all.

#include "correlate/correlator.hpp"
#include "correlate/flow_of.hpp"
#include "correlate/matching.hpp"
#include "correlate/own_error.hpp"

#include <algorithm>

namespace tracetcp {

/// A SYN of ours with other addresses or ports: this machine translates it, and the answers back
/// after they were captured.
void Correlator::note_translation(const TcpSegment& syn, TimePoint time) {
  const OfIsn* same_isn = by_isn_.find(syn.tcp.sequence.value);
  if (same_isn == nullptr || same_isn->first == nullptr) return;
  for (Group* group = same_isn->first; group != nullptr; group = group->next_of_isn) {
    group->translated = true;
  }
  const OfTrace* all = by_trace_.find(same_isn->first->trace);
  if (vantage_ != Vantage::sender || all == nullptr) return;
  for (Group* group = all->first; group != nullptr; group = group->next_of_trace) {
    if (group->key->isn != syn.tcp.sequence) continue;
    const auto is_that = [&](const Member& m) {
      return matching::has_number_of(m, syn.ip, syn.tcp) && has_timestamp(syn.tcp, m.tsval);
    };
    const auto member = std::find_if(group->members.begin(), group->members.end(), is_that);
    if (member == group->members.end()) continue;
    const Key key{flow_of(syn.ip, syn.tcp), syn.tcp.sequence};
    for (const Key& one : {key, Key{key.flow, {}}}) {
      Group*& known = translated_.try_emplace(one).value;
      if (known == group) continue;
      known = group;
      translated_of_trace_[group->trace].push_back(one);
    }
    group->vlan = syn.arrival.vlan;
    stamp(*member, syn, time);
    return;
  }
}

/// By the kernel of the sender. False: it is nothing of that kind.
bool Correlator::note_refusal(const IcmpError& error) {
  if (!is_own_error(error)) return false;
  Group* group = find_quoted(error.quote);
  if (group == nullptr) return false;
  if (Member* member = member_quoted(*group, error.quote)) {
    member->refused = true;
    refused_.push_back({.trace = group->trace, .index = member->index});
  }
  refusals_[group->trace] = refusal_of(error.icmp);
  ignore(Reason::own_error);
  return true;
}

Departure Correlator::departure_of(const Group& group, const Member& member) {
  if (member.refused) return Departure::refused;
  if (!member.captured) return Departure::unseen;
  const IcmpError::Quote& left = *member.captured;
  return flow_of(left.ip, left.tcp) == group.key->flow ? Departure::as_made : Departure::translated;
}

void Correlator::add_departures(Trace& trace) const {
  const OfTrace* all = by_trace_.find(trace.id);
  if (all == nullptr) return;
  std::unordered_map<std::uint32_t, Departure> departures;  // by ProbeId::index
  for (const Group* group = all->first; group != nullptr; group = group->next_of_trace) {
    for (const Member& member : group->members) {
      const Departure departure = departure_of(*group, member);
      departures[member.index] = departure;
      if (departure != Departure::translated) continue;
      const IcmpError::Quote& left = *member.captured;
      const Translation translation{.made = group->key->flow, .left = flow_of(left.ip, left.tcp)};
      auto& known = trace.translations;
      if (std::find(known.begin(), known.end(), translation) == known.end()) {
        known.push_back(translation);
      }
    }
  }
  const auto add_to = [&](std::vector<ProbeRecord>& records) {
    for (ProbeRecord& record : records) {
      const auto found = departures.find(record.index);
      if (found != departures.end()) record.departure = found->second;
    }
  };
  for (Hop& hop : trace.hops) add_to(hop.probes);
  add_to(trace.checks);
  const auto refusal = refusals_.find(trace.id);
  if (refusal != refusals_.end()) trace.refusal = refusal->second;
}

void Correlator::forget_translations(std::uint32_t trace) {
  const auto keys = translated_of_trace_.find(trace);
  if (keys == translated_of_trace_.end()) return;
  for (const Key& key : keys->second) translated_.erase(key);
  translated_of_trace_.erase(keys);
}

}  // namespace tracetcp
