#include "diagnose/run_loss.hpp"

#include <cmath>

namespace tracetcp::diagnosing {
namespace {

struct Counts {
  int asked = 0;
  int answered = 0;

  [[nodiscard]] bool is_worse_than(const Counts& other) const {
    return answered * other.asked < other.answered * asked;
  }
};

/// Adds those of one trace, from its end to its beginning.
void add_to(RunLoss& loss, const Digest& trace) {
  Counts best;  // of what is behind
  const auto add = [&](const Counts& counts) {
    if (counts.answered == 0 || counts.is_worse_than(best)) return;
    loss.asked += counts.asked;
    loss.answered += counts.answered;
    best = counts;
  };
  if (trace.end) add({.asked = trace.end->asked, .answered = trace.end->answered});
  for (auto hop = trace.hops.rbegin(); hop != trace.hops.rend(); ++hop) {
    add({.asked = hop->asked, .answered = hop->answered});
  }
}

}  // namespace

double RunLoss::upper_bound() const {
  constexpr double z = 1.645;  // 5 % of a normal distribution are beyond
  if (asked == 0) return 1;
  const double n = asked;
  const double lost = (asked - answered) / n;
  const double middle = lost + z * z / (2 * n);
  const double width = z * std::sqrt(lost * (1 - lost) / n + z * z / (4 * n * n));
  return (middle + width) / (1 + z * z / n);
}

RunLoss loss_of(const Digest& one, std::span<const Digest* const> others) {
  RunLoss loss;
  add_to(loss, one);
  for (const Digest* other : others) add_to(loss, *other);
  return loss;
}

}  // namespace tracetcp::diagnosing
