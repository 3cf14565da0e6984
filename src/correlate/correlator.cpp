#include "correlate/correlator.hpp"

#include "correlate/flow_of.hpp"
#include "correlate/matching.hpp"

#include <algorithm>

namespace tracetcp {

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
  const auto [key, group, is_new] = groups_.try_emplace({syn.flow, syn.tag.isn});
  if (is_new) begin(group, key, id.trace);
  add(group, id.index, syn, sent);
  return group;
}

void Correlator::begin(Group& group, const Key& key, std::uint32_t trace) {
  group.trace = trace;
  group.key = &key;
  if (!spare_members_.empty()) {
    group.members = std::move(spare_members_.back());
    spare_members_.pop_back();
  }
  constexpr std::size_t few = 16;
  OfIsn& same_isn = by_isn_.try_emplace(key.isn.value).value;
  if (same_isn.size < few) same_isn.add(group);
  by_flow_.try_emplace({key.flow, {}}).value.add(group);
  by_trace_.try_emplace(trace).value.add(group);
}

/// The first of a trace's, which leads to the others.
Correlator::Group* Correlator::take_groups(std::uint32_t trace) {
  const OfTrace* groups = by_trace_.find(trace);
  Group* first = groups == nullptr ? nullptr : groups->first;
  by_trace_.erase(trace);
  return first;
}

void Correlator::forget_flow(const Group& group) {
  const Key flow{group.key->flow, {}};
  OfFlow* same_flow = by_flow_.find(flow);
  if (same_flow == nullptr) return;
  same_flow->remove(group);
  if (same_flow->size != 0) {
    OtherIsns* others = other_isns_.find(flow);
    if (others == nullptr) return;
    std::erase_if(others->waiting,
                  [&](const auto& suspected) { return suspected.group == &group; });
    return;
  }
  by_flow_.erase(flow);
  if (other_isns_.find(flow) != nullptr) other_isns_.erase(flow);
}

void Correlator::forget_isn(const Group& group) {
  OfIsn* same_isn = by_isn_.find(group.key->isn.value);
  if (same_isn == nullptr || same_isn->first == nullptr) return;
  same_isn->remove(group);
  if (same_isn->size == 0) by_isn_.erase(group.key->isn.value);
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

/// Retired probes are kept, so that their replies count as late: of all traces together some
/// 16,000, which are the last rounds of each.
void Correlator::retire(std::uint32_t trace, std::uint32_t below) {
  constexpr std::size_t most_of_all = 16'384;
  const std::size_t most_kept =
      std::clamp<std::size_t>(most_of_all / std::max<std::size_t>(by_trace_.size(), 1), 64, 1024);
  refusals_.erase(trace);
  OfTrace* groups = by_trace_.find(trace);
  if (groups == nullptr) return;
  std::size_t retired = 0;
  for (Group* group = groups->first; group != nullptr; group = group->next_of_trace) {
    for (Member& member : group->members) {
      member.retired = member.index < below;
      if (member.retired) ++retired;
    }
  }
  for (Group* group = groups->first; group != nullptr && retired > most_kept;) {
    Group* const next = group->next_of_trace;
    const std::size_t before = group->members.size();
    drop_oldest(*group, retired - most_kept);
    retired -= before - group->members.size();
    if (group->members.empty()) {
      groups->remove(*group);
      drop_members(*group);
      forget_flow(*group);
      forget_isn(*group);
      groups_.erase(Key(*group->key));
    }
    group = next;
  }
}

/// Forgets retired members, from the first on.
void Correlator::drop_oldest(Group& group, std::size_t most) {
  const auto first_kept =
      std::find_if(group.members.begin(), group.members.end(),
                   [&](const Member& member) { return !member.retired || most-- == 0; });
  if (first_kept == group.members.begin()) return;
  group.members.erase(group.members.begin(), first_kept);
  if (OtherIsns* others = other_isns_.find({group.key->flow, {}})) {
    std::erase_if(others->waiting,
                  [&](const auto& suspected) { return suspected.group == &group; });
  }
  if (!group.members.empty()) return;
  const auto keys = translated_of_trace_.find(group.trace);
  if (keys == translated_of_trace_.end()) return;
  std::erase_if(keys->second, [&](const Key& key) {
    Group* const* const translated = translated_.find(key);
    const bool is_of_group = translated != nullptr && *translated == &group;
    if (is_of_group) translated_.erase(key);
    return translated == nullptr || is_of_group;
  });
}

void Correlator::forget(std::uint32_t trace) {
  forget_translations(trace);
  refusals_.erase(trace);
  for (Group* group = take_groups(trace); group != nullptr;) {
    Group* const next = group->next_of_trace;
    drop_members(*group);
    forget_flow(*group);
    forget_isn(*group);
    groups_.erase(Key(*group->key));
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
  std::optional<Reply> reply(std::in_place);  // made where it stays
  if (!match(decoded, time, *reply)) reply.reset();
  return reply;
}

/// Flat: what usual replies take is inlined where the bundle has it, as calls took a quarter of the
/// time. The rest is marked noinline.
[[gnu::flatten]] bool Correlator::match(const Decoded& decoded, TimePoint time, Reply& reply) {
  if (const auto* segment = std::get_if<TcpSegment>(&decoded)) {
    return match_tcp(*segment, time, reply);
  }
  if (const auto* error = std::get_if<IcmpError>(&decoded)) return match_icmp(*error, time, reply);
  return ignore(std::get<Reason>(decoded));
}

bool Correlator::stamp_own_syn(const TcpSegment& segment, TimePoint time) {
  Group* group = find_flow(flow_of(segment.ip, segment.tcp), segment.tcp.sequence);
  if (group == nullptr) return false;
  note_checksum(segment);
  group->vlan = segment.arrival.vlan;
  auto* member = matching::find_last(group->members, [&](const Member& m) {
    return matching::has_number_of(m, segment.ip, segment.tcp);
  });
  if (member != nullptr) stamp(*member, segment, time);
  return true;
}

void Correlator::stamp(Member& member, const TcpSegment& segment, TimePoint time) {
  ++seen_leaving_;
  member.sent = time;
  member.captured = IcmpError::Quote{segment.ip, segment.tcp};
}

/// Whose SYNs were made so, or left so.
[[gnu::flatten]] Correlator::Group* Correlator::find_flow(const Flow& flow, SeqNumber isn) {
  const Key key{flow, isn};
  if (Group* group = groups_.find(key)) return group;
  if (translated_.size() == 0) return nullptr;
  Group** const group = translated_.find(key);
  return group == nullptr ? nullptr : *group;
}

}  // namespace tracetcp
