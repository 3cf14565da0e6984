#include "read/collector.hpp"

#include "correlate/flow_of.hpp"

#include <algorithm>
#include <iterator>
#include <optional>

namespace tracetcp {
namespace {

/// After so long without a SYN or reply a trace is over: more than any tool waits.
constexpr Duration idle = std::chrono::seconds(60);

/// So many SYNs of open traces are kept at a time, and their replies; then the trace that has been
/// quiet for longest is handed over.
constexpr std::size_t most_syns = 100'000;

Syn syn_of(const TcpSegment& segment) {
  const auto& timestamps = segment.tcp.rest->options.timestamps;
  return {.flow = flow_of(segment.ip, segment.tcp),
          .ttl = segment.ip.ttl,
          .tag = {.isn = segment.tcp.sequence,
                  .ip_id = segment.ip.id,
                  .tsval = timestamps ? timestamps->value : TsVal{}},
          .flow_label = segment.ip.flow_label};
}

}  // namespace

/// Flat, as Correlator::match() is.
[[gnu::flatten]] void Collector::take(const Decoded& decoded, TimePoint time) {
  const auto* segment = std::get_if<TcpSegment>(&decoded);
  if (segment != nullptr && segment->has(TcpRest::syn) && !segment->has(TcpRest::ack)) {
    take_syn(syn_of(*segment), *segment, time);
  } else {
    if (segment != nullptr) note_connection(*segment);
    take_reply(decoded, time);
  }
  hand_over_idle(time);
}

void Collector::finish(TimePoint cut_off) {
  open_.sort([](const TraceAssembly& a, const TraceAssembly& b) { return a.id() < b.id(); });
  while (!open_.empty()) {
    if (open_.front().last() > cut_off) open_.front().interrupt();
    hand_over(open_.begin());
  }
}

Tally Collector::ignored() const {
  Tally all = correlator_.ignored();
  all.add(Reason::duplicate, seen_again_);
  return all;
}

bool Collector::is_selected(const Endpoint& target) const {
  const auto& targets = selection_.targets;
  const bool is_wanted =
      targets.empty() || std::find(targets.begin(), targets.end(), target.address) != targets.end();
  if (!is_wanted) return false;
  return selection_.ports.empty() || selection_.ports.contains(target.port);
}

[[gnu::flatten]] void Collector::take_syn(const Syn& syn, const TcpSegment& captured,
                                          TimePoint time) {
  Current& current = current_.try_emplace(conversation_of(syn.flow)).value;
  if (has_seen(current, syn, time)) {
    ++seen_again_;
    return;
  }
  correlator_.note_checksum(captured);
  const Open::iterator found = found_for(current, syn, time);
  quiet_.touch(found->slot());
  note_numbers(*found, syn, captured);
  Slot& slot = slots_[found->slot()];
  const bool same_attempt = found->repeats_flow(syn);
  const std::uint32_t index = found->add(syn, captured, time);
  if (same_attempt) {
    Correlator::add(*slot.attempt, index, syn, time);
  } else {
    hand_over_earlier(syn, found->slot());
    slot.attempt = &correlator_.add({.trace = found->slot(), .index = index}, syn, time);
  }
  if (++syns_ > most_syns) hand_over_quietest();
}

bool Collector::has_seen(const Current& current, const Syn& syn, TimePoint time) {
  for (std::size_t i = 0; i < current.found.size(); ++i) {
    if (current.is_there[i] && current.found[i]->has_seen(syn, time)) return true;
  }
  return false;
}

/// What a SYN goes on with, else a new one in the place of the last of its kind.
[[gnu::flatten]] Collector::Open::iterator Collector::found_for(Current& current, const Syn& syn,
                                                                TimePoint time) {
  std::optional<std::size_t> place;
  for (std::size_t i = 0; i < current.found.size(); ++i) {
    if (!current.is_there[i]) continue;
    const TraceAssembly::Fit fit = current.found[i]->fit_of(syn, time);
    if (fit == TraceAssembly::Fit::goes_on) return current.found[i];
    if (fit == TraceAssembly::Fit::begins_anew) place = i;
  }
  if (!place) {
    const auto [first, second] = current.is_there;
    const bool first_is_older =
        first && second && current.found[0]->last() <= current.found[1]->last();
    place = !first || first_is_older ? 0 : 1;
  }
  constexpr std::uint32_t very_many = 64;
  current.is_there[*place] = true;
  current.found[*place] = begin(syn, time);
  if (++current.begun > very_many) current.found[*place]->is_one_of_many();
  return current.found[*place];
}

Collector::Open::iterator Collector::begin(const Syn& syn, TimePoint time) {
  if (closed_.empty()) closed_.emplace_back();
  open_.splice(open_.end(), closed_, closed_.begin());
  const Open::iterator found = std::prev(open_.end());
  found->begin(next_id_++, free_slot(), syn, time);
  slots_[found->slot()].found = found;
  quiet_.add(found->slot());
  return found;
}

/// tracetcp numbers all SYNs of a run, so two SYNs in a row show that tracetcp sent them. Without
/// that a scan by tracetcp would look like any other.
void Collector::note_numbers(TraceAssembly& found, const Syn& syn, const TcpSegment& captured) {
  if (is_numbered_on(last_tag_, syn.tag) && own_form_.is_that_of(captured)) {
    found.is_ours();
    if (last_found_ != nullptr) last_found_->is_ours();
  }
  last_tag_ = syn.tag;
  last_found_ = &found;
}

[[gnu::flatten]] void Collector::take_reply(const Decoded& decoded, TimePoint time) {
  Reply reply;
  if (!correlator_.match(decoded, time, reply)) return;
  const Slot& slot = slots_[reply.trace];
  if (reply.kind == ReplyKind::stray) {  // it keeps no trace open
    slot.found->on(std::move(reply), nullptr);
    return;
  }
  const auto* error = std::get_if<IcmpError>(&decoded);
  const auto* segment = std::get_if<TcpSegment>(&decoded);
  quiet_.touch(reply.trace);
  slot.found->on(std::move(reply), error == nullptr ? nullptr : &error->quote,
                 segment == nullptr ? nullptr : &*segment->tcp.rest);
  if (correlator_.has_released()) take_released();
}

void Collector::take_released() {
  while (auto reply = correlator_.take_released()) {
    const Open::iterator found = slots_[reply->trace].found;
    found->on(std::move(*reply), nullptr);
  }
}

/// Where an earlier trace had a SYN of this flow and ISN, replies could not be attributed.
void Collector::hand_over_earlier(const Syn& syn, std::uint32_t slot) {
  const auto earlier = correlator_.trace_of(syn.flow, syn.tag.isn);
  if (earlier && *earlier != slot) hand_over(slots_[*earlier].found);
}

std::uint32_t Collector::free_slot() {
  if (free_slots_.empty()) {
    slots_.emplace_back();
    return static_cast<std::uint32_t>(slots_.size() - 1);
  }
  const std::uint32_t slot = free_slots_.back();
  free_slots_.pop_back();
  return slot;
}

/// A SYN-ACK that is acknowledged makes a connection: no traceroute does that but by accident.
void Collector::note_connection(const TcpSegment& segment) {
  if (segment.has(TcpRest::rst) || segment.has(TcpRest::syn)) return;
  const Flow flow = flow_of(segment.ip, segment.tcp);
  const auto begun = correlator_.first_of(flow, segment.tcp.sequence + ~0U);
  if (begun) slots_[begun->trace].found->connected(begun->index);
}

void Collector::hand_over_idle(TimePoint now) {
  while (has_idle(now)) hand_over_quietest();
}

bool Collector::has_idle(TimePoint now) const {
  const std::uint32_t quietest = quiet_.quietest();
  return quietest != QuietOrder::none && now - slots_[quietest].found->last() > idle;
}

void Collector::hand_over(Open::iterator one) {
  syns_ -= one->syns();
  if (last_found_ == &*one) last_found_ = nullptr;
  forget_current(one);
  correlator_.forget(one->slot());
  quiet_.remove(one->slot());
  free_slots_.push_back(one->slot());
  // What is not wanted was collected, too: a reply to it might else be taken for one to a trace
  // whose SYNs had the same ISN (nmap's have, whatever the port).
  const bool is_wanted = is_selected(one->flow().target);
  const bool is_trace = is_wanted && is_to_be_shown(*one);
  if (is_wanted && !is_trace) summaries_.add(one->flow(), one->failed_attempts());
  std::list<TraceAssembly> over;
  over.splice(over.end(), open_, one);
  if (is_trace) sink_(over);
  closed_.splice(closed_.begin(), over);
}

void Collector::forget_current(Open::iterator one) {
  const Conversation conversation = conversation_of(one->flow());
  Current* current = current_.find(conversation);
  if (current == nullptr) return;
  for (std::size_t i = 0; i < current->found.size(); ++i) {
    if (current->is_there[i] && current->found[i] == one) current->is_there[i] = false;
  }
  if (!current->is_there[0] && !current->is_there[1]) current_.erase(conversation);
}

/// As a trace. Of our recordings and of ports that were asked for all are but for connections.
bool Collector::is_to_be_shown(const TraceAssembly& one) const {
  if (one.has_connections()) return false;
  return selection_.all_are_traces || !selection_.ports.empty() || one.is_traceroute();
}

}  // namespace tracetcp
