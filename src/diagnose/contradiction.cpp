// Several answers to one SYN of which at most one can come from where the SYN went: a packet has
// one fate.

#include "core/milliseconds.hpp"
#include "diagnose/findings.hpp"
#include "tracer/judge.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace tracetcp::diagnosing {
namespace {

/// Two answers to one SYN, in the order in which they came.
struct Pair {
  const ProbeRecord* probe = nullptr;
  const Reply* first = nullptr;
  const Reply* second = nullptr;
};

/// The first answer that ends a path, and the first of another kind that it excludes. That of a
/// time-exceeded and a RST is a question of its own, see find_resets_beside().
std::optional<Pair> pair_in(const ProbeRecord& probe) {
  if (probe.replies.size() < 2) return std::nullopt;
  const Reply* end = first_end(probe);
  if (end == nullptr) return std::nullopt;
  const auto excluded = [&](const Reply& reply) {
    const bool expired = reply.kind == ReplyKind::time_exceeded && end->kind == ReplyKind::syn_ack;
    return expired || (ends_path(reply.kind) && reply.kind != end->kind);
  };
  const auto other = std::find_if(probe.replies.begin(), probe.replies.end(), excluded);
  if (other == probe.replies.end()) return std::nullopt;
  if (other->time < end->time) return Pair{.probe = &probe, .first = &*other, .second = end};
  return Pair{.probe = &probe, .first = end, .second = &*other};
}

/// The first SYN that was answered with a SYN-ACK.
const ProbeRecord* accepted_in(const Trace& trace) {
  for (const Hop& hop : trace.hops) {
    for (const ProbeRecord& probe : hop.probes) {
      const Reply* end = first_end(probe);
      if (end != nullptr && end->kind == ReplyKind::syn_ack) return &probe;
    }
  }
  return nullptr;
}

/// The check was refused, though another SYN was accepted. RSTs that fit several SYNs came before
/// that SYN-ACK, so no SYN of its own shows both.
std::optional<std::pair<const ProbeRecord*, const ProbeRecord*>> refused_and_accepted(
    const Trace& trace) {
  if (trace.verdict.state != State::closed) return std::nullopt;
  const ProbeRecord* accepted = accepted_in(trace);
  if (accepted == nullptr) return std::nullopt;
  for (const ProbeRecord& check : trace.checks) {
    const Reply* end = first_end(check);
    if (end != nullptr && end->kind == ReplyKind::rst) return std::pair{&check, accepted};
  }
  return std::nullopt;
}

std::optional<Pair> first_pair(const Trace& trace) {
  for (const Hop& hop : trace.hops) {
    for (const ProbeRecord& probe : hop.probes) {
      if (auto pair = pair_in(probe)) return pair;
    }
  }
  for (const ProbeRecord& check : trace.checks) {
    if (auto pair = pair_in(check)) return pair;
  }
  return std::nullopt;
}

bool are(const Pair& pair, ReplyKind first, ReplyKind second) {
  return pair.first->kind == first && pair.second->kind == second;
}

std::string answer_text(const Reply& reply) {
  switch (reply.kind) {
    case ReplyKind::syn_ack:
      return with_distance("SYN-ACK", reply.ttl);
    case ReplyKind::rst:
      return with_distance("RST", reply.ttl);
    case ReplyKind::unreachable:
      return fmt::format("unreachable from {}, {}", reply.from.text(), icmp_text(reply.icmp));
    case ReplyKind::time_exceeded:
    case ReplyKind::notice:
    case ReplyKind::stray:
      break;
  }
  return with_distance("time-exceeded from " + reply.from.text(), reply.ttl);
}

/// The last hop before that TTL that answered.
Place hop_before(const Digest& digest, int ttl) {
  for (int before = ttl - 1; before > 0; --before) {
    const HopDigest* hop = digest.hop(before);
    if (hop != nullptr && hop->answered > 0) return place_of(digest, before);
  }
  return {};
}

/// The hop from as far as which the RST came: only where the answers of all hops up to there come
/// from as far as their TTLs say, and the SYN-ACK from farther.
Place place_of_reset(const Digest& digest, const Reply& reset, const Reply& accepted) {
  if (!reset.ttl || !accepted.ttl) return {};
  const int away = return_hops(*reset.ttl);
  if (return_hops(*accepted.ttl) <= away || !is_symmetric(digest, away + 1)) return {};
  return place_of(digest, away);
}

/// "the RST refuses a connection that 198.51.100.1 accepts"
std::string refusal_text(const Place& at, const Trace& trace) {
  const std::string from = at == Place{} ? "" : ", from as far away as " + text(at) + ",";
  return fmt::format("the RST{} refuses a connection that {} accepts", from,
                     trace.target.address.text());
}

struct Said {
  Place at;
  std::string clause;
  Confidence confidence = Confidence::certain;
};

Said expired_and_accepted(const Pair& pair, const Trace& trace) {
  const Reply& hop = pair.first->kind == ReplyKind::time_exceeded ? *pair.first : *pair.second;
  const Place at{.ttl = pair.probe->ttl, .address = hop.from};
  return {.at = at,
          .clause = fmt::format("the SYN with TTL {} expired at {}, but a SYN-ACK answers it too: "
                                "something on the way answers for {}",
                                pair.probe->ttl.value, text(at), trace.target.address.text()),
          .confidence = Confidence::likely};
}

Said what_is_said(const Pair& pair, const Trace& trace, const Digest& digest) {
  const std::string later = precise_milliseconds(pair.second->time - pair.first->time) + " ms";
  if (are(pair, ReplyKind::rst, ReplyKind::syn_ack)) {
    const Place at = place_of_reset(digest, *pair.first, *pair.second);
    return {.at = at,
            .clause = fmt::format("a SYN-ACK follows the RST to the same SYN after {}: {}", later,
                                  refusal_text(at, trace))};
  }
  if (are(pair, ReplyKind::syn_ack, ReplyKind::rst)) {
    const Place at = hop_before(digest, pair.probe->ttl.value);
    return {.at = at,
            .clause = fmt::format("a RST follows the SYN-ACK to the same SYN after {}: the "
                                  "connection is accepted{}, then reset",
                                  later, at == Place{} ? "" : " by " + text(at) + " or beyond")};
  }
  if (are(pair, ReplyKind::unreachable, ReplyKind::syn_ack)) {
    return {.at = {.address = pair.first->from},
            .clause = fmt::format("a SYN-ACK answers the SYN {} after {} rejected it: the SYN got "
                                  "through all the same",
                                  later, pair.first->from.text())};
  }
  if (are(pair, ReplyKind::syn_ack, ReplyKind::unreachable)) {
    return {.at = {.address = pair.second->from},
            .clause = fmt::format("{} rejects the SYN {} after a SYN-ACK answered it",
                                  pair.second->from.text(), later)};
  }
  if (are(pair, ReplyKind::time_exceeded, ReplyKind::syn_ack) ||
      are(pair, ReplyKind::syn_ack, ReplyKind::time_exceeded)) {
    return expired_and_accepted(pair, trace);
  }
  return {.clause = fmt::format("two answers to the same SYN, {} apart: {}, and {}", later,
                                answer_text(*pair.first), answer_text(*pair.second))};
}

Observation seen(const Trace& trace, const Pair& pair, const Reply& reply) {
  return {.port = trace.target.port,
          .ttl = pair.probe->ttl,
          .probe = pair.probe->index,
          .text = answer_text(reply)};
}

std::optional<Finding> find_refusal(const Trace& trace, const Digest& digest) {
  const auto found = refused_and_accepted(trace);
  if (!found) return std::nullopt;
  const auto [refused, accepted] = *found;
  Finding finding{.kind = FindingKind::contradiction, .confidence = Confidence::likely};
  finding.at = place_of_reset(digest, *first_end(*refused), *first_end(*accepted));
  finding.clause =
      fmt::format("a SYN-ACK answers the SYN with TTL {}, and a RST that with TTL {}: {}",
                  accepted->ttl.value, refused->ttl.value, refusal_text(finding.at, trace));
  for (const ProbeRecord* probe : {accepted, refused}) {
    finding.evidence.push_back({.port = trace.target.port,
                                .ttl = probe->ttl,
                                .probe = probe->index,
                                .text = answer_text(*first_end(*probe))});
  }
  return finding;
}

}  // namespace

std::optional<Contradiction> contradiction_of(const Trace& trace) {
  const auto pair = first_pair(trace);
  if (!pair && refused_and_accepted(trace)) return Contradiction{};
  if (!pair) return std::nullopt;
  return Contradiction{.first = pair->first->kind, .second = pair->second->kind};
}

std::optional<Finding> find_contradiction(const Trace& trace, const Digest& digest) {
  const auto pair = first_pair(trace);
  if (!pair) return find_refusal(trace, digest);
  Said said = what_is_said(*pair, trace, digest);
  return Finding{.kind = FindingKind::contradiction,
                 .confidence = said.confidence,
                 .at = said.at,
                 .clause = std::move(said.clause),
                 .evidence = {seen(trace, *pair, *pair->first), seen(trace, *pair, *pair->second)}};
}

}  // namespace tracetcp::diagnosing
