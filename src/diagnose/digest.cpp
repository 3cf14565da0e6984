#include "diagnose/findings.hpp"
#include "diagnose/outline.hpp"
#include "tracer/rejection.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace tracetcp {
namespace {

/// A hop on the way says time exceeded; some reject what expires at them.
bool is_of_hop(const Reply& reply, bool is_on_way) {
  return reply.kind == ReplyKind::time_exceeded ||
         (is_on_way && reply.kind == ReplyKind::unreachable);
}

/// Whether the SYN got further than the hop, or nothing says that it was rejected there.
bool is_on_way(const Verdict& verdict, Ttl ttl) {
  if (!verdict.ttl || ttl > *verdict.ttl) return false;
  return ttl < *verdict.ttl || verdict.state == State::silent || verdict.state == State::incomplete;
}

void add_rtt(HopDigest& digest, const std::optional<Duration>& rtt) {
  if (!rtt) return;
  digest.least_rtt = std::min(digest.least_rtt.value_or(*rtt), *rtt);
  digest.most_rtt = std::max(digest.most_rtt.value_or(*rtt), *rtt);
}

HopDigest digest_of(const Hop& hop, bool is_on_way) {
  HopDigest digest{.ttl = hop.ttl};
  for (const ProbeRecord& probe : hop.probes) {
    if (digest.asked == 0) digest.probe = probe.index;
    const bool asks = has_left(probe.departure) || !probe.replies.empty();
    if (!probe.voided && asks) ++digest.asked;
    for (const Reply& reply : probe.replies) {
      if (!is_of_hop(reply, is_on_way)) continue;
      if (digest.answered == 0) {
        digest.reply_ttl = reply.ttl;
        digest.probe = probe.index;
      }
      ++digest.answered;
      add_rtt(digest, reply.rtt);
      digest.addresses.add_once(reply.from);
      break;
    }
  }
  return digest;
}

bool is_end(const Reply& reply, State state) {
  if (state == State::open) return reply.kind == ReplyKind::syn_ack;
  if (state == State::closed) return reply.kind == ReplyKind::rst;
  return state == State::rejected && reply.kind == ReplyKind::unreachable;
}

EndDigest end_of(const Reply& reply, Ttl ttl, std::uint32_t probe) {
  return {.kind = reply.kind,
          .ttl = ttl,
          .probe = probe,
          .reply_ttl = reply.ttl,
          .tcp = reply.tcp,
          .isn_rewritten = reply.isn_rewritten};
}

const Reply* end_in(const ProbeRecord& probe, State state) {
  const auto found = std::find_if(probe.replies.begin(), probe.replies.end(),
                                  [&](const Reply& reply) { return is_end(reply, state); });
  return found == probe.replies.end() ? nullptr : &*found;
}

/// The first answer of the verdict's kind from its hop on, else one to a check, else one that could
/// not be attributed to a probe.
std::optional<EndDigest> find_end(const Trace& trace) {
  const Verdict& verdict = trace.verdict;
  for (const Hop& hop : trace.hops) {
    if (verdict.ttl && hop.ttl < *verdict.ttl) continue;
    for (const ProbeRecord& probe : hop.probes) {
      const Reply* reply = end_in(probe, verdict.state);
      if (reply == nullptr) continue;
      EndDigest end = end_of(*reply, verdict.ttl.value_or(hop.ttl), probe.index);
      end.exact = hop.ttl == verdict.ttl;
      return end;
    }
  }
  for (const ProbeRecord& check : trace.checks) {
    const Reply* reply = end_in(check, verdict.state);
    if (reply != nullptr) return end_of(*reply, verdict.ttl.value_or(check.ttl), check.index);
  }
  if (verdict.ttl && trace.unplaced && is_end(*trace.unplaced, verdict.state)) {
    return end_of(*trace.unplaced, *verdict.ttl, 0);
  }
  return std::nullopt;
}

/// Calls it for each SYN whose TTL reaches the end.
template <class Use>
void for_each_at_end(const Trace& trace, const EndDigest& end, Use use) {
  for (const Hop& hop : trace.hops) {
    if (hop.ttl < end.ttl) continue;
    for (const ProbeRecord& probe : hop.probes) {
      if (has_left(probe.departure) || !probe.replies.empty()) use(probe);
    }
  }
}

/// Of one TTL a SYN leaves in each round.
void count_rounds(const Trace& trace, EndDigest& end) {
  for (const Hop& hop : trace.hops) {
    if (hop.ttl < end.ttl) continue;
    const auto answered = std::count_if(
        hop.probes.begin(), hop.probes.end(),
        [&](const ProbeRecord& probe) { return end_in(probe, trace.verdict.state) != nullptr; });
    end.rounds = std::max(end.rounds, static_cast<int>(answered));
  }
}

/// The longest time that an answer of the end took; empty: none is known.
std::optional<Duration> longest_rtt(const Trace& trace) {
  std::optional<Duration> longest;
  const auto look_at = [&](const ProbeRecord& probe) {
    const Reply* answer = end_in(probe, trace.verdict.state);
    if (answer != nullptr && answer->rtt) longest = std::max(longest, answer->rtt);
  };
  for (const Hop& hop : trace.hops) std::for_each(hop.probes.begin(), hop.probes.end(), look_at);
  std::for_each(trace.checks.begin(), trace.checks.end(), look_at);
  return longest;
}

/// A target resets each SYN, so the share of SYNs without a RST is the loss. Where RSTs name no
/// SYN, those of SYNs with a higher TTL are taken for repeats of the first, so only its TTL counts.
void count_resets(const Trace& trace, EndDigest& end) {
  if (end.kind != ReplyKind::rst) return;
  for (const Hop& hop : trace.hops) {
    if (hop.ttl != end.ttl) continue;
    for (const ProbeRecord& probe : hop.probes) {
      if (probe.voided || (!has_left(probe.departure) && probe.answer() == nullptr)) continue;
      ++end.asked;
      if (probe.answer() != nullptr) ++end.answered;
    }
  }
}

/// An open port answers the first SYN that gets there (RFC 9293, section 3.10.7.2), so those that
/// left long before that one are lost. Of the later ones the answer may be that of an earlier one.
void count_lost_before(const Trace& trace, EndDigest& end) {
  if (end.kind != ReplyKind::syn_ack) return;
  bool any = false;
  for_each_at_end(trace, end, [&](const ProbeRecord& probe) { any |= probe.replies.empty(); });
  if (!any) return;
  std::optional<TimePoint> first = trace.unplaced_since;
  const auto look_at = [&](const ProbeRecord& probe) {
    const Reply* answer = end_in(probe, State::open);
    if (answer != nullptr && (!first || answer->time < *first)) first = answer->time;
  };
  for (const Hop& hop : trace.hops) std::for_each(hop.probes.begin(), hop.probes.end(), look_at);
  std::for_each(trace.checks.begin(), trace.checks.end(), look_at);
  const auto rtt = longest_rtt(trace);
  if (!first || !rtt) return;
  constexpr int much = 2;  // round-trip times: answers may overtake one another
  for_each_at_end(trace, end, [&](const ProbeRecord& probe) {
    if (probe.replies.empty() && probe.sent + much * *rtt < *first) ++end.lost_before;
  });
}

/// The part of the probes that was lost to hops that answer, and to a closed port at the end.
double part_lost(const Digest& digest) {
  int asked = digest.end->asked;
  int answered = digest.end->answered;
  for (const HopDigest& hop : digest.hops) {
    if (hop.answered == 0) continue;
    asked += hop.asked;
    answered += hop.answered;
  }
  return asked == 0 ? 0 : static_cast<double>(asked - answered) / asked;
}

/// Whether the SYN with one TTL less did not get that far. Its silence says so where not all of
/// them may have been lost, and the answer does not come from so near.
bool is_exact(const Digest& digest, const EndDigest& end) {
  constexpr double little = 0.01;
  if (end.ttl.value == 1) return true;
  const HopDigest* before = digest.hop(end.ttl.value - 1);
  if (before == nullptr) return false;
  if (before->answered > 0) return true;
  const double lost = part_lost(digest);
  if (before->asked < 2 || std::pow(lost, before->asked) > little) return false;
  return lost == 0 || !end.reply_ttl || return_hops(*end.reply_ttl) >= end.ttl.value;
}

int length_of(const Digest& digest) {
  int length = 0;
  // The last hop that answers and was not there before.
  for (auto hop = digest.hops.rbegin(); hop != digest.hops.rend() && length == 0; ++hop) {
    if (hop->answered == 0) continue;
    const bool comes_again = std::any_of(
        std::next(hop), digest.hops.rend(),
        [&](const HopDigest& before) { return diagnosing::share_address(before, *hop); });
    if (!comes_again) length = hop->ttl.value + 1;
  }
  if (digest.end && digest.end->exact) length = std::max(length, int{digest.end->ttl.value});
  return length;
}

/// Of the first RST beside a time-exceeded whose TTL is known.
std::optional<Ttl> forged_ttl_of(const Trace& trace) {
  for (const Hop& hop : trace.hops) {
    for (const ProbeRecord& probe : hop.probes) {
      const Reply* forged = diagnosing::reset_beside(probe);
      if (forged != nullptr && forged->ttl) return forged->ttl;
    }
  }
  return std::nullopt;
}

}  // namespace

const HopDigest* Digest::hop(int ttl) const {
  if (hops.empty() || ttl < hops.front().ttl.value) return nullptr;
  const auto index = static_cast<std::size_t>(ttl - hops.front().ttl.value);
  return index < hops.size() ? &hops[index] : nullptr;
}

int return_hops(Ttl reply_ttl) {
  const int received = reply_ttl.value;
  int initial = 255;
  if (received <= 128) initial = 128;
  if (received <= 64) initial = 64;
  return initial - received + 1;
}

std::optional<int> return_hops(std::optional<Ttl> reply_ttl) {
  return reply_ttl ? std::optional(return_hops(*reply_ttl)) : std::nullopt;
}

Digest digest(const Trace& trace) {
  using namespace diagnosing;
  Digest digest{.target = trace.target, .verdict = trace.verdict};
  digest.interrupted = trace.cut_short();
  const Outline outline = outline_of(trace);
  digest.path_mtu = outline.path_mtu;
  for (const Translation& one : trace.translations) {
    if (one.left.target.address != one.made.target.address) digest.led_to = one.left.target.address;
  }
  digest.may_not_have_left = may_not_have_left(trace);
  digest.hops.reserve(trace.hops.size());
  for (const Hop& hop : trace.hops) {
    digest.hops.push_back(digest_of(hop, is_on_way(trace.verdict, hop.ttl)));
  }
  digest.end = find_end(trace);
  if (digest.end && trace.verdict.state == State::rejected) {
    const auto rejection = find_rejection(trace);
    digest.end->confirmed = rejection && rejection->is_confirmed;
  }
  if (digest.end) count_rounds(trace, *digest.end);
  if (digest.end) count_resets(trace, *digest.end);
  if (digest.end) count_lost_before(trace, *digest.end);
  if (digest.end) digest.end->exact = digest.end->exact && is_exact(digest, *digest.end);
  digest.length = length_of(digest);
  if (outline.has_several) digest.forged_ttl = forged_ttl_of(trace);
  // Without checks it takes several answers to one SYN.
  if (outline.has_several || !trace.checks.empty()) digest.contradiction = contradiction_of(trace);
  digest.reach_varies = reach_varies(trace, digest, outline);
  for (const Stray& stray : trace.strays.different()) {
    if (stray.kind == StrayKind::other_quote) digest.other_quotes.push_back(stray);
  }
  if (outline.has_quotes) digest.findings = find_changes(trace);
  if (outline.answers_as_target) {
    if (auto found = find_translated_answers(trace)) digest.findings.push_back(std::move(*found));
  }
  const auto resets = outline.has_several ? find_resets_beside(trace, digest) : std::nullopt;
  if (resets) digest.findings.push_back(*resets);
  // What forges RSTs while SYNs go on does so to those that the target accepts, too.
  const bool same_cause = resets && digest.contradiction &&
                          digest.contradiction->first == ReplyKind::rst &&
                          digest.contradiction->second == ReplyKind::syn_ack;
  if (digest.contradiction && !same_cause) {
    if (auto found = find_contradiction(trace, digest)) {
      digest.findings.push_back(std::move(*found));
    }
  }
  if (auto loop = find_loop(digest)) digest.findings.push_back(std::move(*loop));
  for (Finding& stray : find_stray_answers(trace)) digest.findings.push_back(std::move(stray));
  for (Finding& note : find_notes(trace, digest, outline))
    digest.findings.push_back(std::move(note));
  for (Finding& some : find_some_paths(trace)) digest.findings.push_back(std::move(some));
  limit_places(digest.findings, most_sure_of_distances(digest, {}));
  return digest;
}

}  // namespace tracetcp
