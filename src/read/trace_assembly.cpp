#include "read/trace_assembly.hpp"

#include "core/make_room.hpp"
#include "read/own_form.hpp"
#include "tracer/judge.hpp"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <numeric>
#include <optional>
#include <utility>

namespace tracetcp {
namespace {

/// No tool waits longer for one reply before it sends the next SYN of a trace; we do where a hop
/// that limits its answers is asked about many ports.
constexpr Duration pause = std::chrono::seconds(10);

/// A router sends on at once what it forwards. A probe sent again with the same numbers comes
/// later.
constexpr Duration forwarding = std::chrono::seconds(1);

/// Most tools go no further, and hardly any system begins with less.
constexpr int usual_hops = 30;

void add_once(std::vector<Port>& in_order, Port port) {
  const auto place = std::lower_bound(in_order.begin(), in_order.end(), port);
  if (place == in_order.end() || *place != port) in_order.insert(place, port);
}

/// A SYN that ran out is quoted with a TTL of 1.
bool is_odd_ttl(ReplyKind kind, const IcmpError::Quote& quote) {
  return kind == ReplyKind::time_exceeded && quote.ip.ttl != Ttl{1};
}

}  // namespace

void TraceAssembly::begin(std::uint32_t id, std::uint32_t slot, const Syn& first, TimePoint time) {
  constexpr std::size_t usual_syns = 1024;
  id_ = id;
  slot_ = slot;
  first_flow_ = first.flow;
  last_ = time;
  connected_ = false;
  is_ours_ = false;
  is_one_of_many_ = false;
  interrupted_ = false;
  has_answers_ = false;
  has_expired_ = false;
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
  chains_.clear();
  notices_.clear();
  strays_.clear();
  unattributed_ = 0;
  unplaced_.reset();
  unplaced_since_.reset();
}

bool TraceAssembly::has_flow_port(Port source) const {
  return sent_.back().source_port == source ||
         std::binary_search(source_ports_.begin(), source_ports_.end(), source);
}

TraceAssembly::Fit TraceAssembly::fit_of(const Syn& syn, TimePoint time) const {
  const Sent& last = sent_.back();
  if (time - last_ <= pause && last.source_port == syn.flow.source.port) return Fit::goes_on;
  const bool numbered_on = is_numbered_on(last.tag, syn.tag);
  if (time - last_ > pause) {
    // A kernel repeats the SYN of a connection after up to 64 s.
    const bool is_repeated = ttls_.count() == 1 && syn.ttl == last.ttl && repeats_flow(syn);
    if (numbered_on || is_repeated) return Fit::goes_on;
  } else if (numbered_on || has_flow_port(syn.flow.source.port)) {
    return Fit::goes_on;
  }
  if (is_foreign(syn)) return Fit::foreign;
  if (time - last_ > pause) return Fit::begins_anew;
  const bool starts_over = syn.ttl < last.ttl && ttls_.test(syn.ttl.value);
  return starts_over ? Fit::begins_anew : Fit::goes_on;
}

/// By its TTL, of a SYN from a source port that this trace has not.
bool TraceAssembly::is_foreign(const Syn& syn) const {
  const int ttl = syn.ttl.value;
  const int first = first_of(ttls_);
  if (ttl < first - largest_gap || ttl > last_of_path(ttls_, first) + largest_gap) return true;
  // What systems begin with; a trace comes there step by step.
  const bool is_initial = ttl == 64 || ttl == 128 || ttl == 255;
  return is_initial && std::abs(ttl - sent_.back().ttl.value) > 1;
}

std::uint32_t TraceAssembly::hash_of(const Tag& tag, Port source) {
  constexpr std::uint64_t odd = 0x9e3779b97f4a7c15ULL;
  const std::uint64_t numbers = std::uint64_t{tag.isn.value} << 32 | tag.tsval.value;
  const std::uint32_t rest = std::uint32_t{source.value} << 16 | tag.ip_id.value;
  return static_cast<std::uint32_t>(((numbers * odd) ^ rest) * odd >> 32);
}

void TraceAssembly::lengthen_chains() {
  chains_.lengthen();
  std::uint32_t index = 0;
  for (Sent& sent : sent_)
    sent.previous = chains_.add(hash_of(sent.tag, sent.source_port), index++);
}

bool TraceAssembly::has_seen(const Syn& syn, TimePoint time) const {
  // As many as there are TTLs: of SYNs with the same numbers each has more than the one before.
  constexpr int most = 256;
  std::uint32_t index = chains_.last(hash_of(syn.tag, syn.flow.source.port));
  for (int looked = 0; index != SynChains::none && looked < most; ++looked) {
    const Sent& sent = sent_[index];
    if (time - sent.time > forwarding) return false;
    if (sent.tag == syn.tag && sent.source_port == syn.flow.source.port && syn.ttl <= sent.ttl &&
        sent.flow_label == syn.flow_label) {
      return true;
    }
    index = sent.previous;
  }
  return false;
}

bool TraceAssembly::repeats_flow(const Syn& syn) const {
  return !sent_.empty() && sent_.back().source_port == syn.flow.source.port &&
         sent_.back().tag.isn == syn.tag.isn;
}

/// Flat, as Correlator::match() is.
[[gnu::flatten]] std::uint32_t TraceAssembly::add(const Syn& syn, const TcpSegment& captured,
                                                  TimePoint time) {
  const auto index = static_cast<std::uint32_t>(sent_.size());
  const Port port = syn.flow.source.port;
  if (sent_.empty() || sent_.back().source_port != port) add_once(source_ports_, port);
  const std::uint32_t form = forms_.form_of(captured, sent_.empty() ? 0 : sent_.back().form);
  make_room(sent_);
  Sent& sent = sent_.emplace_back();  // built where it stays, see KeptReplies::append()
  sent.time = time;
  sent.tag = syn.tag;
  sent.flow_label = syn.flow_label;
  sent.source_port = port;
  sent.ttl = syn.ttl;
  sent.form = form;
  sent.previous = chains_.add(hash_of(syn.tag, port), index);
  if (chains_.is_full(sent_.size())) lengthen_chains();
  ttls_.set(syn.ttl.value);
  last_ = time;
  return index;
}

void TraceAssembly::connected(std::uint32_t index) {
  connected_ = true;
  sent_.at(index).connected = true;
}

bool TraceAssembly::is_traceroute() const {
  if (is_ours_) return true;
  const int lowest = first_of(ttls_);
  // No program begins a connection with so little: a proxy nearby answered.
  constexpr int very_few_hops = 5;
  if (ttls_.count() == 1) {
    return has_expired_ ? lowest <= usual_hops : has_answers_ && lowest <= very_few_hops;
  }
  if (has_expired_) return true;
  // Nothing ran out on the way: TTLs that follow one another, not those that scanners and floods
  // draw at random, nor those of one connection over two ways.
  if (is_one_of_many_) return false;
  std::size_t changes = 0;
  std::size_t steps = 0;
  for (std::size_t i = 1; i < sent_.size(); ++i) {
    const int difference = std::abs(sent_[i].ttl.value - sent_[i - 1].ttl.value);
    if (difference != 0) ++changes;
    if (difference == 1) ++steps;
  }
  switch (ttls_.count()) {
    case 2:
      return lowest == 1;
    case 3:
      return lowest <= usual_hops && steps == changes;
    default:
      return steps * 4 >= changes * (lowest <= usual_hops ? 2 : 3);
  }
}

Attempts TraceAssembly::failed_attempts() const {
  std::vector<std::uint32_t> by_attempt(sent_.size());
  std::iota(by_attempt.begin(), by_attempt.end(), 0U);
  const auto attempt_of = [&](std::uint32_t index) {
    return std::pair(sent_[index].source_port, sent_[index].tag.isn.value);
  };
  std::stable_sort(by_attempt.begin(), by_attempt.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return attempt_of(a) < attempt_of(b); });
  Attempts failed;
  for (auto at = by_attempt.begin(); at != by_attempt.end();) {
    const auto end = std::find_if(
        at, by_attempt.end(), [&](std::uint32_t i) { return attempt_of(i) != attempt_of(*at); });
    Attempts one{.attempts = 1,
                 .syns = static_cast<std::uint64_t>(end - at),
                 .outcomes = {},
                 .first = sent_[*at].time,
                 .last = sent_[*std::prev(end)].time};
    Seen seen;
    bool completed = false;
    for (; at != end; ++at) {
      seen.add(sent_[*at].seen);
      completed = completed || sent_[*at].connected;
    }
    if (completed) continue;
    one.outcomes.counts[seen.outcome()] = 1;
    failed.add(one);
  }
  return failed;
}

/// What came for a SYN, or, where it can't be attributed to one, for one of several.
void TraceAssembly::note(Sent& sent, ReplyKind kind) {
  sent.seen.add(kind);
  has_answers_ = has_answers_ || kind != ReplyKind::notice;
  has_expired_ = has_expired_ || kind == ReplyKind::time_exceeded;
}

/// Flat, too.
[[gnu::flatten]] void TraceAssembly::on(Reply&& reply, const IcmpError::Quote* quote,
                                        const TcpRest* tcp) {
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
    note(sent, reply.kind);
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
      note(sent, reply.kind);
    }
    if (reply.kind == ReplyKind::time_exceeded) return;
    if (tcp != nullptr) reply.tcp = *tcp;
    if (!unplaced_since_) unplaced_since_ = reply.time;
    unplaced_ = Boxed<Reply>(std::move(reply));
  }
}

}  // namespace tracetcp
