#pragma once

#include <vector>

namespace tracetcp::comparing {

/// Samples of one hop before and after.
struct Stratum {
  std::vector<double> before;
  std::vector<double> after;
};

/// Mann and Whitney's test over strata (van Elteren with equal weights): strata are added one by
/// one. Samples that tie speak for neither side.
class RankTest {
 public:
  void add(const Stratum& stratum);

  /// The chance that samples of one distribution are so much greater after than before, and so much
  /// less. Exact for few samples; for many the normal approximation, which is too large in the
  /// tail.
  [[nodiscard]] double chance_of_rise() const { return chance(greater_); }
  [[nodiscard]] double chance_of_fall() const { return chance(less_); }

 private:
  [[nodiscard]] double chance(double pairs) const;

  double greater_ = 0;  ///< pairs of samples where the later is greater
  double less_ = 0;
  double all_ = 0;  ///< pairs
  double variance_ = 0;
  std::vector<double> distribution_{1};  ///< of the number of pairs; empty: there are too many
};

}  // namespace tracetcp::comparing
