// Routers that pass a SYN to one another until its TTL runs out.

#include "diagnose/findings.hpp"

#include <algorithm>
#include <utility>

namespace tracetcp::diagnosing {
namespace {

/// Whether two hops may be one router: they answer from one address, or neither answers.
bool may_be_one(const HopDigest& one, const HopDigest& other) {
  const bool both_are_silent = one.addresses.empty() && other.addresses.empty();
  return both_are_silent || share_address(one, other);
}

/// Hops that come again and again, the last asked among them.
struct Cycle {
  std::size_t first = 0;   ///< in Digest::hops
  std::size_t length = 0;  ///< hops until it comes again; 0: there is none
};

/// The index of the first hop of the longest end of the path in which each hop may be the router
/// `length` hops before it.
std::size_t repeats_from(const std::vector<HopDigest>& hops, std::size_t length) {
  std::size_t first = hops.size();
  while (first > length && may_be_one(hops[first - 1], hops[first - 1 - length])) --first;
  return first - length;
}

/// 1. Three rounds at least: a path may meet an address again, as of two routers that share one.
/// 2. Two routers at least, one of which answers. If all SYNs expire at one router, the TTL is
///    lowered, see find_lowered_ttl(). If no hop answers, the path is silent.
Cycle find_cycle(const std::vector<HopDigest>& hops) {
  constexpr std::size_t rounds = 3;
  constexpr std::size_t longest = 8;
  for (std::size_t length = 2; length <= longest && rounds * length <= hops.size(); ++length) {
    const std::size_t first = repeats_from(hops, length);
    if (hops.size() - first < rounds * length) continue;
    const bool is_one_router =
        std::all_of(hops.begin() + static_cast<std::ptrdiff_t>(first), hops.end(),
                    [&](const HopDigest& hop) { return may_be_one(hop, hops[first]); });
    if (!is_one_router) return {.first = first, .length = length};
  }
  return {};
}

/// Empty: it does not answer.
std::optional<Address> router_of(const HopDigest& hop) {
  return hop.addresses.empty() ? std::nullopt : std::optional(hop.addresses.front());
}

}  // namespace

std::optional<Finding> find_loop(const Digest& digest) {
  const State state = digest.verdict.state;
  if (state != State::incomplete && state != State::silent) return std::nullopt;
  const Cycle cycle = find_cycle(digest.hops);
  if (cycle.length == 0) return std::nullopt;
  const std::size_t last = cycle.first + cycle.length - 1;
  finding::Loop loop{.first = digest.hops[cycle.first].ttl};
  // A silent hop before it may be of the loop, too.
  bool all_answer = cycle.first == 0 || !digest.hops[cycle.first - 1].addresses.empty();
  Finding finding;
  for (std::size_t i = cycle.first; i <= last; ++i) {
    const HopDigest& hop = digest.hops[i];
    loop.routers.push_back(router_of(hop));
    all_answer = all_answer && !hop.addresses.empty();
    finding.evidence.push_back(
        {.port = digest.target.port,
         .ttl = hop.ttl,
         .probe = hop.probe,
         .seen = evidence::ComesAgain{.from = router_of(hop), .hops = cycle.length}});
  }
  finding.confidence = all_answer ? Confidence::certain : Confidence::likely;
  finding.at = place_of(digest, digest.hops[cycle.first].ttl.value);
  finding.data = std::move(loop);
  return finding;
}

}  // namespace tracetcp::diagnosing
