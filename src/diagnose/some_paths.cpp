// What happens to the port on some of its paths only.

#include "diagnose/findings.hpp"

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
    const evidence::Flows flows{.flows = outcome.flows.size(),
                                .source_port = outcome.flows.front()};
    findings.push_back(
        {.confidence = outcome.reply ? Confidence::certain : Confidence::likely,
         .at = place_of_end(*trace.paths, outcome),
         .data = finding::SomePaths{.reply = outcome.reply,
                                    .paths = outcome.paths,
                                    .of_paths = trace.paths->paths,
                                    .other_reply = best->reply},
         .evidence = {
             {.port = trace.target.port, .ttl = outcome.at.ttl.value_or(Ttl{}), .seen = flows}}});
  }
  return findings;
}

}  // namespace tracetcp::diagnosing
