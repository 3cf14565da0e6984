#include "diagnose/run_loss.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <utility>

namespace tracetcp::diagnosing {
namespace {

/// Adds those of one trace, from its end to its beginning.
void add_to(RunLoss& loss, const Digest& trace) {
  Counts behind;
  if (trace.end) behind = {.asked = trace.end->asked, .answered = trace.end->answered};
  for (auto hop = trace.hops.rbegin(); hop != trace.hops.rend(); ++hop) {
    const Counts counts{.asked = hop->asked, .answered = hop->answered};
    if (counts.answered != 0 && !loses_more(counts, behind, trace.hops.size())) behind += counts;
  }
  loss.counts += behind;
  if (trace.end && trace.end->kind == ReplyKind::syn_ack) {
    loss.counts += {.asked = trace.end->lost_before + 1, .answered = 1};
  }
}

/// Whether all probes of other traces to that TTL were answered, and there were some.
bool answers_others(int ttl, std::span<const Digest* const> others) {
  int traces = 0;
  for (const Digest* other : others) {
    const HopDigest* hop = other->hop(ttl);
    if (hop == nullptr || hop->asked == 0) continue;
    if (hop->answered < hop->asked) return false;
    ++traces;
  }
  return traces > 0;
}

/// How late a hop's answers are in some traces, compared with its fastest.
class Lateness {
 public:
  void add(const Digest& trace) {
    for (const HopDigest& hop : trace.hops) {
      if (!hop.least_rtt || !hop.most_rtt) continue;
      const auto [at, is_new] = times_.try_emplace(hop.ttl.value, *hop.least_rtt, *hop.most_rtt);
      at->second.first = std::min(at->second.first, *hop.least_rtt);
      at->second.second = std::max(at->second.second, *hop.most_rtt);
    }
  }

  /// One hop alone may be slow to answer; a queue on the way holds the answers of all behind it.
  [[nodiscard]] bool shows_queue() const {
    constexpr std::chrono::milliseconds much{200};
    return std::count_if(times_.begin(), times_.end(), [&](const auto& hop) {
             return hop.second.second - hop.second.first > much;
           }) > 1;
  }

 private:
  std::map<int, std::pair<Duration, Duration>> times_;  ///< by TTL: the least, the most
};

}  // namespace

double RunLoss::upper_bound() const {
  constexpr double z = 1.645;  // 5 % of a normal distribution are beyond
  if (counts.asked == 0) return 1;
  const double n = counts.asked;
  const double lost = (counts.asked - counts.answered) / n;
  const double middle = lost + z * z / (2 * n);
  const double width = z * std::sqrt(lost * (1 - lost) / n + z * z / (4 * n * n));
  return (middle + width) / (1 + z * z / n);
}

RunLoss loss_of(const Digest& one, std::span<const Digest* const> others) {
  RunLoss loss;
  add_to(loss, one);
  for (const HopDigest& hop : one.hops) {
    if (!one.verdict.ttl || hop.ttl >= *one.verdict.ttl || hop.answered != 0) continue;
    if (answers_others(hop.ttl.value, others)) loss.counts += {.asked = hop.asked, .answered = 0};
  }
  Lateness lateness;
  lateness.add(one);
  for (const Digest* other : others) {
    add_to(loss, *other);
    lateness.add(*other);
  }
  loss.queues = lateness.shows_queue();
  return loss;
}

}  // namespace tracetcp::diagnosing
