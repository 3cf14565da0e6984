#include "scan/scan_timeouts.hpp"

#include <algorithm>

namespace tracetcp {

using namespace std::chrono_literals;

void ScanTimeouts::heard(Duration round_trip) {
  if (smoothed_ == 0ns) {
    smoothed_ = round_trip;
    deviation_ = round_trip / 2;
    return;
  }
  const Duration error = round_trip - smoothed_;
  smoothed_ += error / 8;
  deviation_ += (std::max(error, -error) - deviation_) / 4;
}

Duration ScanTimeouts::answer() const {
  if (smoothed_ == 0ns) return std::min<Duration>(strategy_.timeout, 1s);
  const Duration least = strategy_.anti_flood ? 200ms : 100ms;
  return std::min(strategy_.timeout, std::max(least, smoothed_ + 4 * deviation_));
}

Duration ScanTimeouts::between_tries() const {
  return std::max<Duration>(answer(), strategy_.anti_flood ? 500ms : 250ms);
}

Duration ScanTimeouts::last_wait() const {
  if (strategy_.patient) return strategy_.timeout;
  return std::min(strategy_.timeout,
                  std::max<Duration>(2 * answer(), strategy_.anti_flood ? 1s : 500ms));
}

}  // namespace tracetcp
