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
    : anti_flood_(strategy.anti_flood),
      start_(strategy.anti_flood ? 2'000 : 20'000),
      most_(100'000),
      most_in_silence_(strategy.anti_flood ? 10'000 : 60'000),
      least_(least_rate),
      refilled_(now) {
  if (strategy.rate) {
    for (double* limit : {&start_, &most_, &most_in_silence_, &least_}) {
      *limit = std::min(*limit, *strategy.rate);
    }
  }
  rate_ = start_;
  tokens_ = batch();
}

bool ScanRate::take(const Round& round, TimePoint now) {
  if (backs_off(round)) {
    if (!is_backing_off_) threshold_ = rate_ / 2;
    is_backing_off_ = true;
    set(rate_ / 2, now);
  } else {
    is_backing_off_ = false;
    if (round.lost * 5 <= round.of) set(grown(), now);
  }
  if (round.most_silent) set(std::min(rate_, most_in_silence_), now);
  return round.lost * 3 > round.of;
}

bool ScanRate::backs_off(const Round& round) const {
  return round.lost * 3 > round.of || (anti_flood_ && !threshold_ && round.lost > 0);
}

double ScanRate::grown() const {
  if (!threshold_) return 2 * rate_;
  return rate_ < *threshold_ ? std::min(2 * rate_, *threshold_) : rate_ * 1.125;
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
