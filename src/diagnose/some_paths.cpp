// What happens to the port on some of its paths only.

#include "diagnose/findings.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace tracetcp::diagnosing {
namespace {

/// The higher the farther flows get that end so.
int rank_of(const PathOutcome& outcome) {
  if (!outcome.reply) return 0;
  switch (*outcome.reply) {
    case ReplyKind::syn_ack:
      return 3;
    case ReplyKind::rst:
      return 2;
    case ReplyKind::unreachable:
    case ReplyKind::time_exceeded:
    case ReplyKind::notice:
    case ReplyKind::stray:
      break;
  }
  return 1;
}

/// A router rejects what it would have to forward, with one TTL more than what expires there.
Place place_of_end(const Multipath& paths, const PathOutcome& outcome) {
  Place place = outcome.at;
  if (outcome.reply != ReplyKind::unreachable) return place;
  for (const PathNode& node : paths.nodes) {
    if (node.reply == ReplyKind::time_exceeded && node.address == place.address) {
      place.ttl = node.ttl;
    }
  }
  return place;
}

std::string what_happens(const PathOutcome& outcome, const Place& place) {
  if (!outcome.reply) return "dropped behind " + text(place);
  switch (*outcome.reply) {
    case ReplyKind::unreachable:
      return "rejected by " + text(place);
    case ReplyKind::rst:
      return fmt::format("reset by {}, {} hops away,", place.address->text(), place.ttl->value);
    case ReplyKind::syn_ack:
    case ReplyKind::time_exceeded:
    case ReplyKind::notice:
    case ReplyKind::stray:
      break;
  }
  return "answered by " + text(place);
}

std::string what_else(const PathOutcome& best) {
  if (best.reply == ReplyKind::syn_ack) return "open on others";
  if (best.reply == ReplyKind::rst) return "closed on others";
  return "another end on others";
}

}  // namespace

std::vector<Finding> find_some_paths(const Trace& trace) {
  std::vector<Finding> findings;
  if (!trace.paths || trace.paths->outcomes.size() < 2) return findings;
  const auto& outcomes = trace.paths->outcomes;
  const auto best = std::max_element(
      outcomes.begin(), outcomes.end(),
      [](const auto& one, const auto& other) { return rank_of(one) < rank_of(other); });
  for (const PathOutcome& outcome : outcomes) {
    const bool as_best = outcome.reply == best->reply && outcome.reply == ReplyKind::syn_ack;
    if (&outcome == &*best || as_best) continue;
    Finding finding{.kind = FindingKind::some_paths};
    finding.at = place_of_end(*trace.paths, outcome);
    finding.confidence = outcome.reply ? Confidence::certain : Confidence::likely;
    finding.clause = fmt::format("{} on {} of {} paths, {}", what_happens(outcome, finding.at),
                                 outcome.paths, trace.paths->paths, what_else(*best));
    finding.evidence.push_back(
        {.port = trace.target.port,
         .ttl = outcome.at.ttl.value_or(Ttl{}),
         .text = fmt::format("{} flows end so, such as that from port {}", outcome.flows.size(),
                             outcome.flows.front().value)});
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace tracetcp::diagnosing
