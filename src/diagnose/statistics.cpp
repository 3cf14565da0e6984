#include <tracetcp/diagnose.hpp>

#include <algorithm>

namespace tracetcp {
namespace {

Duration mean_difference(const std::vector<Duration>& rtts) {
  if (rtts.size() < 2) return {};
  Duration sum{};
  for (std::size_t i = 1; i < rtts.size(); ++i) sum += std::chrono::abs(rtts[i] - rtts[i - 1]);
  return sum / static_cast<Duration::rep>(rtts.size() - 1);
}

/// Of an even number the mean of the two in the middle.
Duration median_of(const std::vector<Duration>& sorted) {
  const std::size_t middle = sorted.size() / 2;
  if (sorted.size() % 2 == 1) return sorted[middle];
  return (sorted[middle - 1] + sorted[middle]) / 2;
}

}  // namespace

std::optional<RttStatistics> rtt_statistics(const Hop& hop) {
  std::vector<Duration> rtts;
  int asked = 0;
  int lost = 0;
  for (const ProbeRecord& probe : hop.probes) {
    const Reply* answer = probe.answer();
    if (probe.voided || (answer == nullptr && !has_left(probe.departure))) continue;
    ++asked;
    if (answer == nullptr) ++lost;
    if (answer != nullptr && answer->rtt) rtts.push_back(*answer->rtt);
  }
  if (rtts.empty()) return std::nullopt;
  const Duration jitter = mean_difference(rtts);
  std::sort(rtts.begin(), rtts.end());
  return RttStatistics{.least = rtts.front(),
                       .median = median_of(rtts),
                       .most = rtts.back(),
                       .jitter = jitter,
                       .loss = static_cast<double>(lost) / asked};
}

}  // namespace tracetcp
