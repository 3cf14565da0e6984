// What else the answers of one trace show by themselves.

#include "core/scope.hpp"
#include "diagnose/findings.hpp"
#include "diagnose/outline.hpp"
#include "diagnose/significance.hpp"

#include <algorithm>

namespace tracetcp::diagnosing {
namespace {

bool has(const ProbeRecord& probe, ReplyKind kind) {
  return std::any_of(probe.replies.begin(), probe.replies.end(),
                     [&](const Reply& reply) { return reply.kind == kind; });
}

Observation seen_at(const Digest& digest, const HopDigest& hop, const Evidence& seen) {
  return {.port = digest.target.port, .ttl = hop.ttl, .probe = hop.probe, .seen = seen};
}

/// What the hops behind that one answered.
Counts behind(const Digest& digest, const HopDigest& hop) {
  Counts counts;
  for (const HopDigest& later : digest.hops) {
    if (later.ttl <= hop.ttl || later.answered == 0) continue;
    counts += {.asked = later.asked, .answered = later.answered};
  }
  return counts;
}

/// Of a hop that answered some probes, not all. What is lost on the way is lost to the hops behind,
/// too.
std::optional<Finding> find_rate_limit(const Digest& digest, const HopDigest& hop) {
  const Counts counts{.asked = hop.asked, .answered = hop.answered};
  if (!loses_more(counts, behind(digest, hop), digest.hops.size())) {
    return std::nullopt;
  }
  const evidence::AnswerCount answers{.answered = hop.answered, .asked = hop.asked};
  return Finding{.confidence = Confidence::likely,
                 .at = place_of(digest, hop.ttl.value),
                 .data = finding::RateLimit{.answered = hop.answered, .asked = hop.asked},
                 .evidence = {seen_at(digest, hop, answers)}};
}

/// Addresses that answer the same flow at one hop.
std::vector<Address> addresses_of_first_flow(const Hop& hop) {
  std::vector<Address> addresses;
  std::optional<Port> source;
  for (const ProbeRecord& probe : hop.probes) {
    for (const Reply& reply : probe.replies) {
      if (reply.kind != ReplyKind::time_exceeded || !reply.sent) continue;
      if (!source) source = reply.sent->tcp.source;
      if (reply.sent->tcp.source != *source) continue;
      if (std::find(addresses.begin(), addresses.end(), reply.from) == addresses.end()) {
        addresses.push_back(reply.from);
      }
    }
  }
  return addresses;
}

std::optional<Finding> find_path_change(const Trace& trace, const Digest& digest) {
  if (trace.paths) return std::nullopt;  // the paths show it in full
  for (const Hop& hop : trace.hops) {
    const auto addresses = addresses_of_first_flow(hop);
    if (addresses.size() < 2) continue;
    Finding finding{.confidence = Confidence::likely,
                    .at = {.ttl = hop.ttl, .address = addresses.front()},
                    .data = finding::PathChange{.first = addresses[0], .second = addresses[1]}};
    if (const HopDigest* seen = digest.hop(hop.ttl.value)) {
      const evidence::TwoRouters routers{.first = addresses[0], .second = addresses[1]};
      finding.evidence.push_back(seen_at(digest, *seen, routers));
    }
    return finding;
  }
  return std::nullopt;
}

/// A tunnel that hides its hops on the way back, or another way back.
std::optional<Finding> find_return_jump(const Digest& digest) {
  constexpr int much = 4;
  const HopDigest* before = nullptr;
  for (const HopDigest& hop : digest.hops) {
    if (hop.answered == 0 || !hop.reply_ttl) continue;
    if (before != nullptr) {
      const int forward = hop.ttl.value - before->ttl.value;
      const int back = return_hops(*hop.reply_ttl) - return_hops(*before->reply_ttl);
      if (back - forward >= much) {
        return Finding{
            .confidence = Confidence::not_sure,
            .at = place_of(digest, before->ttl.value),
            .data = finding::ReturnPath{.before = place_of(digest, hop.ttl.value),
                                        .longer_hops = back - forward},
            .evidence = {seen_at(digest, *before, evidence::ReplyTtl{*before->reply_ttl}),
                         seen_at(digest, hop, evidence::ReplyTtl{*hop.reply_ttl})}};
      }
    }
    before = &hop;
  }
  return std::nullopt;
}

/// Each hop's answer comes back as far as its SYN went, but the target's from much farther: its SYN
/// may have got a new TTL. Not sure, as the target's packets may begin with another TTL than most,
/// such as 32, 60 or 100, or take a longer way back.
std::optional<Finding> find_raised_ttl(const Digest& digest) {
  constexpr int much = 4;
  if (!digest.end || !digest.end->exact || !digest.end->reply_ttl) return std::nullopt;
  const int end = digest.end->ttl.value;
  const int back = return_hops(*digest.end->reply_ttl);
  if (back - end < much || !is_symmetric(digest, end)) return std::nullopt;
  const Ttl reply_ttl = *digest.end->reply_ttl;
  return Finding{.confidence = Confidence::not_sure,
                 .at = place_of(digest, end - 1),
                 .data = finding::RaisedTtl{.ttl = digest.end->ttl, .reply_ttl = reply_ttl},
                 .evidence = {{.port = digest.target.port,
                               .ttl = digest.end->ttl,
                               .probe = digest.end->probe,
                               .seen = evidence::EndTtl{reply_ttl}}}};
}

/// Whatever the TTL, all SYNs run out at the same router.
std::optional<Finding> find_lowered_ttl(const Digest& digest) {
  constexpr int many = 4;
  if (digest.verdict.state != State::incomplete || digest.hops.empty()) return std::nullopt;
  const HopDigest& last = digest.hops.back();
  if (last.addresses.size() != 1) return std::nullopt;
  int first = last.ttl.value;
  while (const HopDigest* before = digest.hop(first - 1)) {
    if (before->addresses != last.addresses) break;
    --first;
  }
  if (last.ttl.value - first + 1 < many) return std::nullopt;
  const Address router = last.addresses.front();
  const HopDigest& nearest = *digest.hop(first);
  // The first SYN that gets so far is the first that passes the hop that does it.
  return Finding{.confidence = Confidence::likely,
                 .at = place_of(digest, first - 1),
                 .data = finding::LoweredTtl{.first = nearest.ttl, .router = router},
                 .evidence = {seen_at(digest, nearest, evidence::SameRouter{router}),
                              seen_at(digest, last, evidence::SameRouter{router})}};
}

std::optional<Address> source_of(const Trace& trace) {
  for (const Hop& hop : trace.hops) {
    for (const ProbeRecord& probe : hop.probes) {
      if (probe.answer() != nullptr && probe.answer()->sent) return probe.answer()->sent->ip.source;
    }
  }
  return std::nullopt;
}

/// NATs that translate quotes back leave no other trace. Not sure, as an operator can route a
/// private address to his public routers.
std::optional<Finding> find_private_source(const Trace& trace, const Digest& digest) {
  const auto source = source_of(trace);
  if (!source || scope_of(*source) != Scope::private_use) return std::nullopt;
  const HopDigest* last = nullptr;  // with a private address
  for (const HopDigest& hop : digest.hops) {
    if (hop.addresses.empty()) continue;
    const Scope scope = scope_of(hop.addresses.front());
    if (scope == Scope::private_use) last = &hop;
    if (scope != Scope::global) continue;
    return Finding{
        .confidence = Confidence::not_sure,
        .at = last == nullptr ? Place{} : place_of(digest, last->ttl.value),
        .data =
            finding::PrivateSource{.before = place_of(digest, hop.ttl.value), .source = *source},
        .evidence = {seen_at(digest, hop, evidence::PublicAddress{hop.addresses.front()})}};
  }
  return std::nullopt;
}

/// A hop forges when it passes the SYN on, before the next looks at the TTL; or when it gets it.
Place place_of_forger(const Digest& digest, int lowest, const Reply& reset,
                      Confidence& confidence) {
  for (const int ttl : {lowest - 1, lowest}) {
    const HopDigest* hop = digest.hop(ttl);
    if (hop == nullptr || !hop->reply_ttl || !reset.ttl) continue;
    if (return_hops(*hop->reply_ttl) != return_hops(*reset.ttl)) continue;
    // The hop before may begin its RSTs with a TTL that is one less, such as 254.
    if (ttl == lowest) confidence = Confidence::likely;
    return place_of(digest, ttl);
  }
  confidence = Confidence::likely;  // of the place; that it is forged is certain
  return place_of(digest, std::max(lowest - 1, 1));
}

}  // namespace

bool is_symmetric(const Digest& digest, int end) {
  int answered = 0;
  for (const HopDigest& hop : digest.hops) {
    if (hop.answered == 0 || hop.ttl.value >= end) continue;
    if (return_hops(hop.reply_ttl) != hop.ttl.value) return false;
    ++answered;
  }
  return answered > 0 && answered == end - 1;
}

const Reply* reset_beside(const ProbeRecord& probe) {
  if (probe.replies.size() < 2) return nullptr;
  if (!has(probe, ReplyKind::time_exceeded)) return nullptr;
  const auto found = std::find_if(probe.replies.begin(), probe.replies.end(),
                                  [](const auto& reply) { return reply.kind == ReplyKind::rst; });
  return found == probe.replies.end() ? nullptr : &*found;
}

std::optional<Finding> find_resets_beside(const Trace& trace, const Digest& digest) {
  int lowest = 0;  // TTL that got a RST
  const ProbeRecord* both = nullptr;
  for (const Hop& hop : trace.hops) {
    for (const ProbeRecord& probe : hop.probes) {
      if (lowest == 0 && has(probe, ReplyKind::rst)) lowest = hop.ttl.value;
      if (both == nullptr && reset_beside(probe) != nullptr) both = &probe;
    }
  }
  if (both == nullptr) return std::nullopt;
  const Reply& reset = *reset_beside(*both);
  Finding finding{.confidence = Confidence::certain};
  finding.at = place_of_forger(digest, lowest, reset, finding.confidence);
  const bool accepted = digest.contradiction && digest.contradiction->second == ReplyKind::syn_ack;
  finding.data = finding::ResetBeside{.target = trace.target.address, .is_accepted = accepted};
  finding.evidence.push_back(
      {.port = trace.target.port,
       .ttl = both->ttl,
       .probe = both->index,
       .seen = evidence::ResetBeside{.from = both->answer()->from, .reset_ttl = reset.ttl}});
  return finding;
}

std::vector<Finding> find_notes(const Trace& trace, const Digest& digest, const Outline& outline) {
  std::vector<Finding> findings;
  const auto add = [&](std::optional<Finding> finding) {
    if (finding) findings.push_back(std::move(*finding));
  };
  for (const HopDigest& hop : digest.hops) {
    if (hop.answered != 0 && hop.answered != hop.asked) add(find_rate_limit(digest, hop));
  }
  add(find_private_source(trace, digest));
  add(find_loss(digest));
  const bool has_several_routers =
      outline.has_several || std::any_of(digest.hops.begin(), digest.hops.end(),
                                         [](const auto& hop) { return hop.addresses.size() > 1; });
  if (has_several_routers) add(find_path_change(trace, digest));
  add(find_return_jump(digest));
  add(find_raised_ttl(digest));
  add(find_lowered_ttl(digest));
  return findings;
}

}  // namespace tracetcp::diagnosing
