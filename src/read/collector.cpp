#include "read/collector.hpp"

#include <iterator>

namespace tracetcp {
namespace {

/// After so long without a SYN or reply a trace is over: more than any tool waits.
constexpr Duration idle = std::chrono::seconds(60);

/// So many SYNs of open traces are kept at a time, and their replies; then the trace that has been
/// quiet for longest is handed over.
constexpr std::size_t most_syns = 100'000;

Syn syn_of(const TcpSegment& segment) {
  const auto& timestamps = segment.tcp.rest->options.timestamps;
  return {.flow = {.source = {segment.ip.source, segment.tcp.source},
                   .target = {segment.ip.destination, segment.tcp.destination}},
          .ttl = segment.ip.ttl,
          .tag = {.isn = segment.tcp.sequence,
                  .ip_id = segment.ip.id,
                  .tsval = timestamps ? timestamps->value : TsVal{}}};
}

}  // namespace

void Collector::take(const Decoded& decoded, TimePoint time) {
  const auto* segment = std::get_if<TcpSegment>(&decoded);
  if (segment != nullptr && segment->has(TcpRest::syn) && !segment->has(TcpRest::ack)) {
    take_syn(syn_of(*segment), *segment, time);
  } else {
    if (segment != nullptr) note_connection(*segment);
    take_reply(decoded, time);
  }
  hand_over_idle(time);
}

void Collector::finish() {
  open_.sort([](const Found& a, const Found& b) { return a.id() < b.id(); });
  while (!open_.empty()) hand_over(open_.begin());
}

Tally Collector::ignored() const {
  Tally all = correlator_.ignored();
  all.add(Reason::duplicate, seen_again_);
  return all;
}

bool Collector::is_selected(const Endpoint& target) const {
  if (selection_.target && *selection_.target != target.address) return false;
  if (selection_.first_port && target.port < *selection_.first_port) return false;
  return !selection_.last_port || target.port <= *selection_.last_port;
}

void Collector::take_syn(const Syn& syn, const TcpSegment& captured, TimePoint time) {
  const auto [current, is_new] = current_.try_emplace(line_of(syn.flow));
  if (!is_new && current->has_seen(syn, time)) {
    ++seen_again_;
    return;
  }
  if (is_new || !current->goes_on_with(syn, time)) {
    if (closed_.empty()) closed_.emplace_back();
    open_.splice(open_.end(), closed_, closed_.begin());
    current = std::prev(open_.end());
    current->begin(next_id_++, free_slot(), syn, time);
    slots_[current->slot()].found = current;
  }
  correlator_.note_checksum(captured);
  const Open::iterator found = touched(current);
  Slot& slot = slots_[found->slot()];
  const bool same_attempt = found->repeats_flow(syn);
  const std::uint32_t index = found->add(syn, captured, time);
  if (same_attempt) {
    Correlator::add(*slot.attempt, index, syn.tag, time);
  } else {
    hand_over_earlier(syn, found->slot());
    slot.attempt = &correlator_.add({.trace = found->slot(), .index = index}, syn, time);
  }
  if (++syns_ > most_syns) hand_over(open_.begin());
}

void Collector::take_reply(const Decoded& decoded, TimePoint time) {
  auto reply = correlator_.match(decoded, time);
  if (!reply) return;
  if (reply->kind == ReplyKind::stray) {  // it keeps no trace open
    slots_[reply->trace].found->on(std::move(*reply), nullptr);
    return;
  }
  const auto* error = std::get_if<IcmpError>(&decoded);
  const auto* segment = std::get_if<TcpSegment>(&decoded);
  const Open::iterator found = touched(slots_[reply->trace].found);
  found->on(std::move(*reply), error == nullptr ? nullptr : &error->quote,
            segment == nullptr ? nullptr : &*segment->tcp.rest);
  take_released();
}

void Collector::take_released() {
  while (auto reply = correlator_.take_released()) {
    const Open::iterator found = slots_[reply->trace].found;
    found->on(std::move(*reply), nullptr);
  }
}

/// Where an earlier trace had a SYN of this flow and ISN, replies could not be told apart.
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

/// The last one now to be handed over for being quiet.
Collector::Open::iterator Collector::touched(Open::iterator one) {
  open_.splice(open_.end(), open_, one);
  return one;
}

/// A SYN-ACK that is acknowledged makes a connection: no traceroute does that but by accident.
void Collector::note_connection(const TcpSegment& segment) {
  if (segment.has(TcpRest::rst) || segment.has(TcpRest::syn)) return;
  const Flow flow{.source = {segment.ip.source, segment.tcp.source},
                  .target = {segment.ip.destination, segment.tcp.destination}};
  const auto trace = correlator_.trace_of(flow, segment.tcp.sequence + ~0U);
  if (trace) slots_[*trace].found->connected();
}

void Collector::hand_over_idle(TimePoint now) {
  while (!open_.empty() && now - open_.front().last() > idle) hand_over(open_.begin());
}

void Collector::hand_over(Open::iterator one) {
  syns_ -= one->syns();
  const auto* current = current_.find(line_of(one->flow()));
  if (current != nullptr && *current == one) current_.erase(line_of(one->flow()));
  correlator_.forget(one->slot());
  free_slots_.push_back(one->slot());
  // What is not wanted was collected, too: a reply to it might else be taken for one to a trace
  // whose SYNs had the same ISN (nmap's have, whatever the port).
  const bool is_wanted = is_selected(one->flow().target) && !one->is_connection();
  std::list<Found> over;
  over.splice(over.end(), open_, one);
  if (is_wanted) sink_(over);
  closed_.splice(closed_.begin(), over);
}

}  // namespace tracetcp
