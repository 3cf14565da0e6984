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
constexpr std::uint32_t enough_evidence = 4;

}  // namespace

ScanRate::ScanRate(const Strategy& strategy, TimePoint now)
    : start_(strategy.anti_flood ? 2'000 : 20'000),
      most_(strategy.anti_flood ? 10'000 : 60'000),
      least_(least_rate),
      refilled_(now),
      changed_(now),
      halved_(now),
      decided_(now) {
  if (strategy.rate) {
    start_ = std::min(start_, *strategy.rate);
    most_ = std::min(most_, *strategy.rate);
    least_ = std::min(least_, *strategy.rate);
  }
  rate_ = start_;
  tokens_ = batch();
}

void ScanRate::heard(TimePoint sent) {
  heard_since_halved_ = true;
  if (sent >= changed_) ++answered_;
}

void ScanRate::lost(TimePoint sent) {
  if (sent >= halved_) ++missing_;
}

void ScanRate::decide(TimePoint now, Duration round_trip) {
  if (now - decided_ < std::clamp<Duration>(round_trip, 50ms, 1s)) return;
  const std::uint32_t evidence = answered_ + missing_;
  if (evidence < enough_evidence) return;
  if (missing_ * 3 > evidence) {
    halved_in_silence_ = heard_since_halved_ ? 0 : halved_in_silence_ + 1;
    heard_since_halved_ = false;
    ever_halved_ = true;
    halved_ = now;
    set(rate_ / 2, now);
  } else if (missing_ * 5 <= evidence) {
    set(rate_ * (ever_halved_ ? 1.125 : 2), now);
  }
  decided_ = now;
  answered_ = missing_ = 0;
}

void ScanRate::restart(TimePoint now) {
  halved_in_silence_ = 0;
  halved_ = decided_ = now;
  answered_ = missing_ = 0;
  set(start_ / 4, now);
}

void ScanRate::set(double rate, TimePoint now) {
  refill(now);
  rate_ = std::clamp(rate, least_, most_);
  changed_ = now;
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
