// Several answers to one SYN of which at most one can come from where the SYN went: a packet is
// answered at one place.

#include "diagnose/findings.hpp"
#include "tracer/judge.hpp"

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

finding::Answer answer_of(const Reply& reply) {
  switch (reply.kind) {
    case ReplyKind::syn_ack:
    case ReplyKind::rst:
      return evidence::TcpAnswer{.kind = reply.kind, .reply_ttl = reply.ttl};
    case ReplyKind::unreachable:
      return evidence::Rejection{.from = reply.from, .icmp = reply.icmp};
    case ReplyKind::time_exceeded:
    case ReplyKind::notice:
    case ReplyKind::stray:
      break;
  }
  return evidence::TimeExceeded{.from = reply.from, .reply_ttl = reply.ttl};
}

Evidence evidence_of(const Reply& reply) {
  return std::visit([](const auto& answer) -> Evidence { return answer; }, answer_of(reply));
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

/// Where the one comes from that makes the answers contradict each other.
Place place_of_pair(const Pair& pair, const Digest& digest) {
  if (are(pair, ReplyKind::rst, ReplyKind::syn_ack)) {
    return place_of_reset(digest, *pair.first, *pair.second);
  }
  if (are(pair, ReplyKind::syn_ack, ReplyKind::rst)) {
    return hop_before(digest, pair.probe->ttl.value);
  }
  if (are(pair, ReplyKind::unreachable, ReplyKind::syn_ack)) return {.address = pair.first->from};
  if (are(pair, ReplyKind::syn_ack, ReplyKind::unreachable)) return {.address = pair.second->from};
  if (are(pair, ReplyKind::time_exceeded, ReplyKind::syn_ack)) {
    return {.ttl = pair.probe->ttl, .address = pair.first->from};
  }
  if (are(pair, ReplyKind::syn_ack, ReplyKind::time_exceeded)) {
    return {.ttl = pair.probe->ttl, .address = pair.second->from};
  }
  return {};
}

Observation seen(const Trace& trace, const ProbeRecord& probe, const Reply& reply) {
  return {.port = trace.target.port,
          .ttl = probe.ttl,
          .probe = probe.index,
          .seen = evidence_of(reply)};
}

std::optional<Finding> find_refusal(const Trace& trace, const Digest& digest) {
  const auto found = refused_and_accepted(trace);
  if (!found) return std::nullopt;
  const auto [refused, accepted] = *found;
  Finding finding{
      .confidence = Confidence::likely,
      .at = place_of_reset(digest, *first_end(*refused), *first_end(*accepted)),
      .data = finding::AcceptedAndRefused{
          .target = trace.target.address, .accepted = accepted->ttl, .refused = refused->ttl}};
  for (const ProbeRecord* probe : {accepted, refused}) {
    finding.evidence.push_back(seen(trace, *probe, *first_end(*probe)));
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
  const bool expired = pair->first->kind == ReplyKind::time_exceeded ||
                       pair->second->kind == ReplyKind::time_exceeded;
  return Finding{.confidence = expired ? Confidence::likely : Confidence::certain,
                 .at = place_of_pair(*pair, digest),
                 .data = finding::TwoAnswers{.target = trace.target.address,
                                             .ttl = pair->probe->ttl,
                                             .first = answer_of(*pair->first),
                                             .second = answer_of(*pair->second),
                                             .apart = pair->second->time - pair->first->time},
                 .evidence = {seen(trace, *pair->probe, *pair->first),
                              seen(trace, *pair->probe, *pair->second)}};
}

}  // namespace tracetcp::diagnosing
