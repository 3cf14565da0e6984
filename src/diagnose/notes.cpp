// What else the answers of one trace show by themselves.

#include "core/scope.hpp"
#include "diagnose/findings.hpp"
#include "diagnose/outline.hpp"
#include "diagnose/significance.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace tracetcp::diagnosing {
namespace {

bool has(const ProbeRecord& probe, ReplyKind kind) {
  return std::any_of(probe.replies.begin(), probe.replies.end(),
                     [&](const Reply& reply) { return reply.kind == kind; });
}

Observation seen_at(const Digest& digest, const HopDigest& hop, std::string text) {
  return {.port = digest.target.port, .ttl = hop.ttl, .probe = hop.probe, .text = std::move(text)};
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
  Finding finding{.kind = FindingKind::rate_limit, .confidence = Confidence::likely};
  finding.at = place_of(digest, hop.ttl.value);
  finding.clause = fmt::format("{} limits or loses its own answers ({} of {} came), not the SYNs",
                               text(finding.at), hop.answered, hop.asked);
  finding.evidence.push_back(
      seen_at(digest, hop, fmt::format("{} of {} probes answered", hop.answered, hop.asked)));
  return finding;
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
  if (trace.paths) return std::nullopt;  // they tell more
  for (const Hop& hop : trace.hops) {
    const auto addresses = addresses_of_first_flow(hop);
    if (addresses.size() < 2) continue;
    Finding finding{.kind = FindingKind::path_change, .confidence = Confidence::likely};
    finding.at = {.ttl = hop.ttl, .address = addresses.front()};
    finding.clause = fmt::format("the path changed during the trace: hop {} was {}, then {}",
                                 hop.ttl.value, addresses[0].text(), addresses[1].text());
    if (const HopDigest* seen = digest.hop(hop.ttl.value)) {
      finding.evidence.push_back(seen_at(digest, *seen, "two routers answer one flow"));
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
        Finding finding{.kind = FindingKind::return_path, .confidence = Confidence::not_sure};
        finding.at = place_of(digest, before->ttl.value);
        finding.before = place_of(digest, hop.ttl.value);
        finding.clause = fmt::format(
            "the way back is {} hops longer from {} on: a tunnel, or "
            "another path",
            back - forward, text(*finding.before));
        finding.evidence = {seen_at(digest, *before, "its reply's TTL"),
                            seen_at(digest, hop, "its reply's TTL")};
        return finding;
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
  Finding finding{.kind = FindingKind::ttl_set, .confidence = Confidence::not_sure};
  finding.at = place_of(digest, end - 1);
  finding.clause = fmt::format(
      "TTL {} gets an answer from {} hops away: the TTL is raised at {}, the way back is longer, "
      "or "
      "the target's packets begin with another TTL than 64, 128 or 255",
      end, back, text(finding.at));
  finding.evidence.push_back({.port = digest.target.port,
                              .ttl = digest.end->ttl,
                              .probe = digest.end->probe,
                              .text = fmt::format("answered with TTL {}, which fits {} hops",
                                                  digest.end->reply_ttl->value, back)});
  return finding;
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
  Finding finding{.kind = FindingKind::ttl_set, .confidence = Confidence::likely};
  // The first SYN that gets so far is the first that passes the hop that does it.
  finding.at = place_of(digest, first - 1);
  finding.clause = fmt::format("the TTL is lowered at {}: all SYNs from TTL {} on run out at {}",
                               text(finding.at), first, last.addresses.front().text());
  finding.evidence = {seen_at(digest, *digest.hop(first), "the same router answers"),
                      seen_at(digest, last, "the same router answers")};
  return finding;
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
    Finding finding{.kind = FindingKind::private_source, .confidence = Confidence::not_sure};
    if (last != nullptr) finding.at = place_of(digest, last->ttl.value);
    finding.before = place_of(digest, hop.ttl.value);
    finding.clause = fmt::format("a NAT before {}: it answers the private address {}",
                                 text(*finding.before), source->text());
    finding.evidence.push_back(seen_at(digest, hop, "a public address answers"));
    return finding;
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
  Finding finding{.kind = FindingKind::forged_reset, .confidence = Confidence::certain};
  finding.at = place_of_forger(digest, lowest, reset, finding.confidence);
  const bool accepted = digest.contradiction && digest.contradiction->second == ReplyKind::syn_ack;
  finding.clause = fmt::format("a RST is forged at {} in the name of {}, while the SYN goes on{}",
                               text(finding.at), trace.target.address.text(),
                               accepted ? " and is accepted with a SYN-ACK" : "");
  finding.evidence.push_back(
      {.port = trace.target.port,
       .ttl = both->ttl,
       .probe = both->index,
       .text = fmt::format("one SYN got a time-exceeded from {} and a RST{}",
                           both->answer()->from.text(),
                           reset.ttl ? fmt::format(" with TTL {}", reset.ttl->value) : "")});
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
