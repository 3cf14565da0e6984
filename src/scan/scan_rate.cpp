#include "scan/scan_rate.hpp"

#include <algorithm>
#include <cmath>

namespace tracetcp {

using namespace std::chrono_literals;

namespace {

using Seconds = std::chrono::duration<double>;

/// SYNs leave in batches of so long: to wake up for each would cost more than to send it.
constexpr Duration quantum = 1ms;
/// A process that was not run for a while catches up no more than this.
constexpr Duration most_catching_up = 20ms;

constexpr double rounding = 1e-6;

constexpr double least_rate = 20;

}  // namespace

ScanRate::ScanRate(const Strategy& strategy, TimePoint now)
    : start_(strategy.anti_flood ? 2'000 : 20'000),
      most_(strategy.anti_flood ? 10'000 : 60'000),
      least_(least_rate),
      refilled_(now) {
  if (strategy.rate) {
    start_ = std::min(start_, *strategy.rate);
    most_ = std::min(most_, *strategy.rate);
    least_ = std::min(least_, *strategy.rate);
  }
  rate_ = start_;
  tokens_ = batch();
}

bool ScanRate::round(std::uint32_t lost, std::uint32_t of, TimePoint now) {
  const bool too_fast = lost * 3 > of;
  if (too_fast) {
    ever_halved_ = true;
    set(rate_ / 2, now);
  } else if (lost * 5 <= of) {
    set(rate_ * (ever_halved_ ? 1.125 : 2), now);
  }
  return too_fast;
}

void ScanRate::restart(TimePoint now) {
  set(start_ / 4, now);
}

void ScanRate::set(double rate, TimePoint now) {
  refill(now);
  rate_ = std::clamp(rate, least_, most_);
}

void ScanRate::refill(TimePoint now) {
  if (now <= refilled_) return;
  // A single SYN may always be saved up for, however slow the rate is.
  const double most = std::max(1.0, rate_ * Seconds(most_catching_up).count());
  tokens_ = std::min(most, tokens_ + Seconds(now - refilled_).count() * rate_);
  refilled_ = now;
}

std::uint32_t ScanRate::budget(TimePoint now) {
  refill(now);
  return static_cast<std::uint32_t>(std::max(0.0, tokens_ + rounding));
}

double ScanRate::batch() const {
  return std::max(1.0, rate_ * Seconds(quantum).count());
}

TimePoint ScanRate::ready() const {
  const double missing = batch() - tokens_;
  if (missing <= rounding) return refilled_;
  return refilled_ + Duration(static_cast<Duration::rep>(std::ceil(missing / rate_ * 1e9)));
}

}  // namespace tracetcp
