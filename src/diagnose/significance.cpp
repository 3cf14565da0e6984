#include "diagnose/significance.hpp"

#include <algorithm>
#include <cmath>

namespace tracetcp::diagnosing {
namespace {

double log_factorial(int n) {
  return std::lgamma(n + 1.0);
}

/// Of the binomial coefficient.
double log_choices(int n, int k) {
  return log_factorial(n) - log_factorial(k) - log_factorial(n - k);
}

}  // namespace

double chance_of_so_few(const Counts& one, const Counts& others) {
  const int asked = one.asked + others.asked;
  const int answered = one.answered + others.answered;
  const int least = std::max(0, answered - others.asked);
  double chance = 0;
  for (int count = least; count <= one.answered; ++count) {
    chance += std::exp(log_choices(one.asked, count) + log_choices(others.asked, answered - count) -
                       log_choices(asked, answered));
  }
  return std::min(chance, 1.0);
}

bool loses_more(const Counts& hop, const Counts& behind, std::size_t hops) {
  constexpr double error_of_trace = 0.01;
  if (hop.answered == hop.asked || behind.asked == 0) return false;
  return chance_of_so_few(hop, behind) * static_cast<double>(std::max<std::size_t>(hops, 1)) <
         error_of_trace;
}

}  // namespace tracetcp::diagnosing
