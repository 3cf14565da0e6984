#include "read/found.hpp"

#include "multipath/recorded.hpp"
#include "tracer/judge.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <optional>

namespace tracetcp {
namespace {

/// No tool waits longer for one reply before it sends the next SYN of a trace; we do where a hop
/// that limits its answers is asked about many ports.
constexpr Duration pause = std::chrono::seconds(10);

/// A router sends on at once what it forwards. A probe sent again with the same numbers comes
/// later.
constexpr Duration forwarding = std::chrono::seconds(1);

/// The TTLs of a trace follow one another; single ones far above (127, 128, 255) made sure of the
/// target's answer.
int last_of_path(const std::bitset<256>& ttls, int first) {
  constexpr int largest_gap = 16;  // some tools begin in the middle and fill in both ways
  int last = first;
  for (int ttl = first + 1; ttl <= std::min(last + largest_gap, 255); ++ttl) {
    if (ttls.test(static_cast<std::size_t>(ttl))) last = ttl;
  }
  return last;
}

int first_of(const std::bitset<256>& ttls) {
  std::size_t ttl = 0;
  while (!ttls.test(ttl)) ++ttl;
  return static_cast<int>(ttl);
}

/// Whether the SYN bears the next numbers, or some after them, in both of the counters that
/// tracetcp numbers its SYNs with (IP id and TSval). No kernel steps both alike.
bool is_numbered_on(const Tag& last, const Tag& next) {
  const std::uint32_t steps = next.tsval.value - last.tsval.value;
  const auto id_steps = static_cast<std::uint16_t>(next.ip_id.value - last.ip_id.value);
  return steps != 0 && steps <= 0xffff &&
         (id_steps == steps || id_steps == steps + 1);  // 0 is left out
}

/// A probe that may have had an answer that could not be attributed was asked again; a hop that was
/// not had been given up before that answer came.
void show_what_was_not_repeated(Hop& hop) {
  const auto is_voided = [](const ProbeRecord& probe) { return probe.voided; };
  if (!std::all_of(hop.probes.begin(), hop.probes.end(), is_voided)) return;
  for (ProbeRecord& probe : hop.probes) probe.voided = false;
}

std::size_t shown(const Hop& hop) {
  return static_cast<std::size_t>(std::count_if(hop.probes.begin(), hop.probes.end(),
                                                [](const auto& probe) { return !probe.voided; }));
}

bool is_dark_to_all(const Hop& hop) {
  return std::all_of(hop.probes.begin(), hop.probes.end(),
                     [](const ProbeRecord& probe) { return probe.answer() == nullptr; });
}

/// How many probes most hops on the way had that answered; empty: none did.
std::optional<std::size_t> usual_probes(const Trace& trace) {
  std::map<std::size_t, int> hops;
  for (const Hop& hop : trace.path()) {
    const bool is_end = trace.verdict.state != State::silent && hop.ttl == trace.verdict.ttl;
    if (!is_end && !is_dark_to_all(hop)) ++hops[shown(hop)];
  }
  std::optional<std::size_t> usual;
  for (const auto& [probes, count] : hops) {
    if (!usual || count > hops[*usual]) usual = probes;
  }
  return usual;
}

/// Answers that are believed only once others agree leave a hop dark for a while: it is asked more
/// often than others, and all of that is shown.
bool was_believed_late(const Hop& hop) {
  return std::any_of(hop.probes.begin(), hop.probes.end(), [](const ProbeRecord& probe) {
    return std::any_of(probe.replies.begin(), probe.replies.end(),
                       [](const Reply& reply) { return reply.isn_rewritten; });
  });
}

/// A hop that was asked more often than those that answered was because its silence was in doubt.
void hide_doubted_silence(Trace& trace) {
  const auto usual = usual_probes(trace);
  if (!usual) return;
  for (Hop& hop : trace.hops) {
    if (was_believed_late(hop)) continue;
    std::size_t more = shown(hop) > *usual ? shown(hop) - *usual : 0;
    for (ProbeRecord& probe : hop.probes) {
      if (more == 0) break;
      if (probe.voided || probe.answer() != nullptr) continue;
      probe.voided = true;
      --more;
    }
  }
}

/// A scan asks the silent again to be sure of them, and tells one probe a port.
void hide_repeats(Hop& hop) {
  const auto has_answer = [](const ProbeRecord& probe) { return probe.answer() != nullptr; };
  auto shown = std::find_if(hop.probes.begin(), hop.probes.end(), has_answer);
  if (shown == hop.probes.end()) shown = hop.probes.begin();
  for (auto probe = hop.probes.begin(); probe != hop.probes.end(); ++probe) {
    if (probe != shown && !has_answer(*probe)) probe->voided = true;
  }
}

void add_once(std::vector<Port>& in_order, Port port) {
  const auto place = std::lower_bound(in_order.begin(), in_order.end(), port);
  if (place == in_order.end() || *place != port) in_order.insert(place, port);
}

/// A SYN that ran out is quoted with a TTL of 1.
bool is_odd_ttl(ReplyKind kind, const IcmpError::Quote& quote) {
  return kind == ReplyKind::time_exceeded && quote.ip.ttl != Ttl{1};
}

bool has_several_routers(const Hop& hop) {
  const Address* first = nullptr;
  for (const ProbeRecord& probe : hop.probes) {
    for (const Reply& reply : probe.replies) {
      if (reply.kind != ReplyKind::time_exceeded) continue;
      if (first == nullptr) first = &reply.from;
      if (reply.from != *first) return true;
    }
  }
  return false;
}

}  // namespace

void Found::begin(std::uint32_t id, std::uint32_t slot, const Syn& first, TimePoint time) {
  constexpr std::size_t usual_syns = 1024;
  id_ = id;
  slot_ = slot;
  first_flow_ = first.flow;
  last_ = time;
  connected_ = false;
  source_ports_.clear();
  sent_.clear();
  forms_.clear();
  replies_.clear();
  has_odd_quotes_ = false;
  if (sent_.capacity() > usual_syns) {  // gives the memory back
    sent_ = {};
    replies_ = {};
  }
  ttls_.reset();
  marks_.reset();
  notices_.clear();
  strays_.clear();
  unattributed_ = 0;
  unplaced_.reset();
}

bool Found::goes_on_with(const Syn& syn, TimePoint time) const {
  if (time - last_ > pause) return is_numbered_on(sent_.back().tag, syn.tag);
  const bool starts_over = syn.ttl < sent_.back().ttl && ttls_.test(syn.ttl.value);
  return !starts_over ||
         std::binary_search(source_ports_.begin(), source_ports_.end(), syn.flow.source.port) ||
         is_numbered_on(sent_.back().tag, syn.tag);
}

std::size_t Found::mark_of(const Syn& syn) {
  return (syn.tag.ip_id.value + syn.tag.tsval.value + syn.tag.isn.value) % 256;
}

bool Found::has_seen(const Syn& syn, TimePoint time) const {
  if (!marks_.test(mark_of(syn))) return false;
  for (auto sent = sent_.rbegin(); sent != sent_.rend(); ++sent) {
    if (time - sent->time > forwarding) return false;
    if (sent->tag == syn.tag && sent->source_port == syn.flow.source.port && syn.ttl <= sent->ttl) {
      return true;
    }
  }
  return false;
}

bool Found::repeats_flow(const Syn& syn) const {
  return !sent_.empty() && sent_.back().source_port == syn.flow.source.port &&
         sent_.back().tag.isn == syn.tag.isn;
}

std::uint32_t Found::add(const Syn& syn, const TcpSegment& captured, TimePoint time) {
  const auto index = static_cast<std::uint32_t>(sent_.size());
  const Port port = syn.flow.source.port;
  if (sent_.empty() || sent_.back().source_port != port) add_once(source_ports_, port);
  const std::uint32_t form = forms_.form_of(captured, sent_.empty() ? 0 : sent_.back().form);
  sent_.push_back(
      {.time = time, .tag = syn.tag, .source_port = port, .ttl = syn.ttl, .form = form});
  ttls_.set(syn.ttl.value);
  marks_.set(mark_of(syn));
  last_ = time;
  return index;
}

void Found::on(Reply&& reply, const IcmpError::Quote* quote, const TcpRest* tcp) {
  reply.trace = id_;
  if (reply.kind == ReplyKind::stray) {
    if (reply.probe) reply.stray->ttl = sent_.at(*reply.probe).ttl;
    strays_.add(*reply.stray);
    return;
  }
  if (reply.quote) has_odd_quotes_ = true;
  last_ = std::max(last_, reply.time);
  if (reply.kind == ReplyKind::notice) {
    notices_.add(reply);
  } else if (reply.probe) {
    Sent& sent = sent_.at(*reply.probe);
    sent.voided = false;
    if (tcp != nullptr) {
      replies_.add(sent.replies, std::move(reply), *tcp);
    } else if (quote == nullptr) {
      replies_.add(sent.replies, std::move(reply));
    } else if (!is_odd_ttl(reply.kind, *quote) &&
               forms_.is_quoted_as_sent(numbered(sent), *quote)) {
      replies_.add(sent.replies, std::move(reply), *quote);
    } else {
      has_odd_quotes_ = true;
      reply.quote = *quote;
      replies_.add(sent.replies, std::move(reply));
    }
  } else {
    ++unattributed_;
    const bool contests = ends_path(reply.kind) && reply.kind != ReplyKind::syn_ack;
    for (const std::uint32_t index : reply.candidates) {
      Sent& sent = sent_.at(index);
      sent.voided = true;
      sent.contested = sent.contested || contests;
    }
    if (reply.kind == ReplyKind::time_exceeded) return;
    if (tcp != nullptr) reply.tcp = *tcp;
    unplaced_ = std::move(reply);
  }
}

Trace Found::without_probes() {
  Trace trace;
  trace.id = id_;
  trace.target = first_flow_.target;
  trace.started = sent_.front().time;
  trace.ended = last_;
  trace.syns_sent = static_cast<std::uint32_t>(sent_.size());
  trace.notices = std::move(notices_);
  trace.strays = std::move(strays_);
  trace.unattributed = unattributed_;
  trace.unplaced = std::move(unplaced_);
  return trace;
}

/// Each to its hop, those above `last` to the checks, and the replies to them.
void Found::place_probes(Trace& trace, int last, SpareMemory& spare) {
  const int first = trace.hops.front().ttl.value;
  std::array<std::uint32_t, 256> counts{};
  for (const Sent& sent : sent_) ++counts.at(sent.ttl.value);
  for (Hop& hop : trace.hops) hop.probes.reserve(counts.at(hop.ttl.value));
  trace.checks.reserve(sent_.size() - std::accumulate(counts.begin() + first,
                                                      counts.begin() + last + 1, std::size_t{0}));

  for (std::size_t i = 0; i < sent_.size(); ++i) {
    const Sent& sent = sent_[i];
    const int ttl = sent.ttl.value;
    auto& records =
        ttl > last ? trace.checks : trace.hops[static_cast<std::size_t>(ttl - first)].probes;
    const auto index = static_cast<std::uint32_t>(i);
    ProbeRecord& record = records.emplace_back();
    record.index = index;
    record.ttl = sent.ttl;
    record.flow = sent.source_port.value;
    record.sent = sent.time;
    record.voided = sent.voided;
    record.contested = sent.contested;
    if (sent.replies.empty()) continue;
    record.replies = spare.replies();
    replies_.move_to(record.replies, sent.replies, id_, index);
  }
}

void Found::add_quotes(ProbeRecord& probe) const {
  const Sent& sent = sent_.at(probe.index);
  replies_.add_quotes(probe.replies, sent.replies, forms_.whole(numbered(sent)));
}

void Found::add_quotes(Trace& trace) const {
  for (Hop& hop : trace.hops) {
    for (ProbeRecord& probe : hop.probes) add_quotes(probe);
  }
  for (ProbeRecord& check : trace.checks) add_quotes(check);
}

/// From it the diagnosis has where the trace was made from.
void Found::add_first_sent(Trace& trace) const {
  for (Hop& hop : trace.hops) {
    for (ProbeRecord& probe : hop.probes) {
      if (probe.replies.empty()) continue;
      const IcmpError::Quote sent = forms_.whole(numbered(sent_.at(probe.index)));
      for (Reply& reply : probe.replies) reply.sent = sent;
      return;
    }
  }
}

/// The port scan of tracetcp gives each SYN to a port the next source port and an ISN of its own.
/// No trace does both.
bool Found::is_of_scan() const {
  if (ttls_.count() != 1 || sent_.size() < 2) return false;
  const auto is_next = [](const Sent& before, const Sent& sent) {
    return sent.source_port.value == before.source_port.value + 1 && sent.tag.isn != before.tag.isn;
  };
  // The first that is not so.
  return std::adjacent_find(sent_.begin(), sent_.end(), [&](const Sent& before, const Sent& sent) {
           return !is_next(before, sent);
         }) == sent_.end();
}

FoundTrace Found::trace(bool all_paths, SpareMemory& spare) {
  Trace trace = without_probes();
  const int first = first_of(ttls_);
  const int last = last_of_path(ttls_, first);
  trace.hops = spare.hops(first, last);
  place_probes(trace, last, spare);
  // Where all is as it should be quotes tell nothing, but take time and memory.
  if (has_odd_quotes_ || std::any_of(trace.hops.begin(), trace.hops.end(), has_several_routers)) {
    add_quotes(trace);
  } else {
    add_first_sent(trace);
  }
  for (Hop& hop : trace.hops) show_what_was_not_repeated(hop);
  if (all_paths) {
    std::vector<Port> ports;
    for (const Sent& sent : sent_) ports.push_back(sent.source_port);
    trace.paths = recorded_paths(trace, first_flow_.source.address, ports);
  }
  conclude(trace);
  hide_doubted_silence(trace);
  if (!all_paths && is_of_scan()) hide_repeats(trace.hops.front());
  return {.trace = std::move(trace), .source = first_flow_.source};
}

}  // namespace tracetcp
