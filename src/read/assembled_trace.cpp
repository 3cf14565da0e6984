// The trace that a TraceAssembly makes of its SYNs and replies.

#include "multipath/recorded.hpp"
#include "read/shown_probes.hpp"
#include "read/trace_assembly.hpp"
#include "tracer/judge.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

namespace tracetcp {
namespace {

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

Trace TraceAssembly::without_probes() {
  Trace trace;
  trace.id = id_;
  trace.target = first_flow_.target;
  trace.started = sent_.front().time;
  trace.ended = last_;
  trace.syns_sent = static_cast<std::uint32_t>(sent_.size());
  trace.notices = std::move(notices_);
  trace.strays = std::move(strays_);
  trace.unattributed = unattributed_;
  if (unplaced_) trace.unplaced = std::move(*unplaced_);
  trace.unplaced_since = unplaced_since_;
  trace.interrupted = interrupted_;
  return trace;
}

/// Each to its hop, those above `last` to the checks, and the replies to them.
[[gnu::flatten]] void TraceAssembly::place_probes(Trace& trace, int last) {
  const int first = trace.hops.front().ttl.value;
  std::array<std::uint32_t, 256> counts{};
  for (const Sent& sent : sent_) ++counts.at(sent.ttl.value);
  for (Hop& hop : trace.hops) hop.probes.resize(counts.at(hop.ttl.value));
  trace.checks.reserve(sent_.size() - std::accumulate(counts.begin() + first,
                                                      counts.begin() + last + 1, std::size_t{0}));

  for (std::size_t i = 0; i < sent_.size(); ++i) {
    const Sent& sent = sent_[i];
    const int ttl = sent.ttl.value;
    const auto index = static_cast<std::uint32_t>(i);
    // One by one, `counts` becoming how many are still to be placed.
    auto& placed = trace.hops[static_cast<std::size_t>(std::min(ttl, last) - first)].probes;
    ProbeRecord& record =
        ttl > last ? trace.checks.emplace_back() : placed[placed.size() - counts[sent.ttl.value]--];
    record.index = index;
    record.ttl = sent.ttl;
    record.flow = sent.source_port.value;
    record.sent = sent.time;
    record.voided = sent.voided;
    record.contested = sent.contested;
    record.departure = Departure::unwatched;
    if (sent.replies.empty()) continue;
    replies_.move_to(record.replies, sent.replies, id_, index);
  }
}

void TraceAssembly::add_quotes(ProbeRecord& probe) const {
  const Sent& sent = sent_.at(probe.index);
  replies_.add_quotes(probe.replies, sent.replies, forms_.whole(numbered(sent)));
}

void TraceAssembly::add_quotes(Trace& trace) const {
  for (Hop& hop : trace.hops) {
    for (ProbeRecord& probe : hop.probes) add_quotes(probe);
  }
  for (ProbeRecord& check : trace.checks) add_quotes(check);
}

/// From it the diagnosis has where the trace was made from.
void TraceAssembly::add_first_sent(Trace& trace) const {
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
bool TraceAssembly::is_of_scan() const {
  if (ttls_.count() != 1 || sent_.size() < 2) return false;
  const auto is_next = [](const Sent& before, const Sent& sent) {
    return sent.source_port.value == before.source_port.value + 1 && sent.tag.isn != before.tag.isn;
  };
  // The first that is not so.
  return std::adjacent_find(sent_.begin(), sent_.end(), [&](const Sent& before, const Sent& sent) {
           return !is_next(before, sent);
         }) == sent_.end();
}

FoundTrace TraceAssembly::trace(bool all_paths, SpareMemory& spare) {
  Trace trace = without_probes();
  const int first = first_of(ttls_);
  const int last = last_of_path(ttls_, first);
  trace.hops = spare.hops(first, last);
  place_probes(trace, last);
  // Where no quote shows a change, quotes add nothing, but take time and memory.
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
    trace.paths->syns_sent = trace.syns_sent;
  }
  conclude(trace);
  hide_doubted_silence(trace);
  if (!all_paths && is_of_scan()) hide_repeats(trace.hops.front());
  return {.trace = std::move(trace), .source = first_flow_.source};
}

}  // namespace tracetcp
