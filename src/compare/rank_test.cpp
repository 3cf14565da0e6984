#include "compare/rank_test.hpp"

#include <cmath>
#include <cstddef>
#include <numeric>
#include <utility>

namespace tracetcp::comparing {
namespace {

constexpr double most_exact = 500;  // pairs

/// How likely each number of pairs is where n samples and m samples are of one distribution: the
/// coefficients of Gauss's binomial, built up by one sample after the other.
std::vector<double> distribution_of(std::size_t n, std::size_t m) {
  // Multiply by (1 - q^(m+i)) and divide by (1 - q^i), for i = 1..n.
  std::vector<double> counts(n * m + 1, 0.0);
  counts[0] = 1;
  for (std::size_t i = 1; i <= n; ++i) {
    for (std::size_t u = counts.size(); u-- > m + i;) counts[u] -= counts[u - (m + i)];
    for (std::size_t u = i; u < counts.size(); ++u) counts[u] += counts[u - i];
  }
  const double all = std::accumulate(counts.begin(), counts.end(), 0.0);
  for (double& count : counts) count /= all;
  return counts;
}

std::vector<double> of_sum(const std::vector<double>& one, const std::vector<double>& other) {
  std::vector<double> sum(one.size() + other.size() - 1, 0.0);
  for (std::size_t i = 0; i < one.size(); ++i) {
    for (std::size_t j = 0; j < other.size(); ++j) sum[i + j] += one[i] * other[j];
  }
  return sum;
}

}  // namespace

void RankTest::add(const Stratum& stratum) {
  const std::size_t n = stratum.before.size();
  const std::size_t m = stratum.after.size();
  if (n == 0 || m == 0) return;
  for (const double before : stratum.before) {
    for (const double after : stratum.after) {
      if (after > before) ++greater_;
      if (after < before) ++less_;
    }
  }
  const auto pairs = static_cast<double>(n * m);
  constexpr double of_variance = 12;
  all_ += pairs;
  variance_ += pairs * static_cast<double>(n + m + 1) / of_variance;
  if (all_ > most_exact) distribution_.clear();
  if (!distribution_.empty()) distribution_ = of_sum(distribution_, distribution_of(n, m));
}

double RankTest::chance(double pairs) const {
  if (all_ == 0) return 1;
  if (distribution_.empty()) {
    const double z = (pairs - all_ / 2 - 0.5) / std::sqrt(variance_);
    return std::erfc(z / std::sqrt(2.0)) / 2;
  }
  const auto from = distribution_.begin() + static_cast<std::ptrdiff_t>(pairs);
  return std::accumulate(from, distribution_.end(), 0.0);
}

}  // namespace tracetcp::comparing
