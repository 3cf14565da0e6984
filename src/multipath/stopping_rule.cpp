#include "multipath/stopping_rule.hpp"

#include <tracetcp/multipath.hpp>

#include <cmath>
#include <vector>

namespace tracetcp {
namespace {

/// The probability that `flows` flows, spread evenly over `hops` next hops, miss one at least: by
/// inclusion and exclusion.
double probability_to_miss(int hops, int flows) {
  double probability = 0;
  double choices = 1;  // of `missed` of the hops
  for (int missed = 1; missed < hops; ++missed) {
    choices = choices * (hops - missed + 1) / missed;
    const double term = choices * std::pow(static_cast<double>(hops - missed) / hops, flows);
    probability += missed % 2 == 1 ? term : -term;
  }
  return probability;
}

/// Sums of small terms with changing signs: exact enough up to here, and far more than any router
/// has.
constexpr int most_hops_computed = 256;

std::vector<int> compute_stopping_points() {
  std::vector<int> points{0};
  int flows = 1;
  for (int found = 1; found < most_hops_computed; ++found) {
    while (probability_to_miss(found + 1, flows) > 1 - path_confidence) ++flows;
    points.push_back(flows);
  }
  return points;
}

}  // namespace

int stopping_point(int found) {
  static const std::vector<int> points = compute_stopping_points();
  const auto last = static_cast<int>(points.size()) - 1;
  return points.at(static_cast<std::size_t>(found < last ? found : last));
}

}  // namespace tracetcp
