#include "tracer/timeouts.hpp"

namespace tracetcp {

using namespace std::chrono_literals;

Duration Timeouts::at_passed_hop() const {
  if (strategy_.patient) return strategy_.timeout;
  if (longest_ == 0ns) return tail();
  return std::min(strategy_.timeout, std::max(3 * longest_, longest_ + 100ms));
}

Duration Timeouts::at_target() const {
  return std::max(at_passed_hop(), std::min<Duration>(strategy_.timeout, 2 * target_));
}

Duration Timeouts::behind_reset() const {
  if (strategy_.anti_flood || strategy_.patient) return at_target();
  const Duration longest = std::max(longest_, target_);
  return std::min<Duration>(at_target(), longest + longest / 4 + 10ms);
}

Duration Timeouts::tail() const {
  if (strategy_.patient || pacer_.first_answer() == never) return strategy_.timeout;
  return std::min(strategy_.timeout, std::max<Duration>(1s, 4 * longest_));
}

Duration Timeouts::tail_with_loss() const {
  return std::min<Duration>(strategy_.timeout, std::max<Duration>(tail(), 3s + overdue() + 100ms));
}

Duration Timeouts::between_probes() const {
  return strategy_.anti_flood ? 500ms : 1ms;
}

Duration Timeouts::overdue() const {
  return longest_ + longest_ / 4 + 10ms;
}

Duration Timeouts::before_retry() const {
  return std::max(overdue(), between_probes());
}

Duration Timeouts::between_ttls(int ahead) const {
  constexpr int quick_ones = 8;
  if (!strategy_.anti_flood) return 300us;
  if (ahead >= quick_ones) return std::clamp<Duration>(longest_ / 4, 10ms, 40ms);
  if (longest_ == 0ns) return 10ms;
  return std::clamp<Duration>(longest_ / quick_ones, 1ms, 10ms);
}

Duration Timeouts::between_syns_at_target() const {
  const Duration more_than_a_round_trip =
      std::max<Duration>(std::max(longest_, target_) * 5 / 4, 2ms);
  return strategy_.anti_flood ? std::max<Duration>(500ms, more_than_a_round_trip)
                              : more_than_a_round_trip;
}

}  // namespace tracetcp
