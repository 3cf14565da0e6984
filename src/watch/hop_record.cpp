#include "watch/hop_record.hpp"

#include <algorithm>
#include <cmath>

namespace tracetcp {
namespace {

Duration distance(Duration one, Duration other) {
  return one < other ? other - one : one - other;
}

/// Nearest rank; there is one at least.
Duration quantile(const std::vector<Duration>& sorted, double part) {
  const auto rank = static_cast<std::size_t>(std::ceil(part * static_cast<double>(sorted.size())));
  return sorted[std::max<std::size_t>(rank, 1) - 1];
}

}  // namespace

void HopRecord::add_answer(Address from, std::optional<Duration> rtt) {
  add({.answered = true, .rtt = rtt});
  last_address_ = from;
  const auto known = std::find_if(addresses_.begin(), addresses_.end(),
                                  [&](const Share& share) { return share.address == from; });
  if (known != addresses_.end()) {
    ++known->answers;
  } else if (addresses_.size() < most_addresses) {
    addresses_.push_back({.address = from, .answers = 1});
  } else {
    ++others_;
  }
}

void HopRecord::add(const Outcome& outcome) {
  const Duration::rep kept = !outcome.answered ? silence
                             : outcome.rtt     ? outcome.rtt->count()
                                               : unknown_time;
  if (ring_.size() < window_size) {
    ring_.push_back(kept);
  } else {
    ring_[oldest_] = kept;
    oldest_ = (oldest_ + 1) % window_size;
  }
  ++asked_;
  if (outcome.answered) ++answered_;
  if (!outcome.rtt) return;
  const Duration rtt = *outcome.rtt;
  if (last_) {
    difference_sum_ += distance(rtt, *last_);
    ++differences_;
  }
  last_ = rtt;
  least_ = std::min(least_.value_or(rtt), rtt);
  most_ = std::max(most_.value_or(rtt), rtt);
  time_sum_ += rtt;
  times_.add(rtt);
}

HopRecord::Outcome HopRecord::outcome(std::size_t place) const {
  const Duration::rep kept = ring_[(oldest_ + place) % ring_.size()];
  if (kept < 0) return {.answered = kept == unknown_time};
  return {.answered = true, .rtt = Duration(kept)};
}

std::vector<HopRecord::Outcome> HopRecord::outcomes() const {
  std::vector<Outcome> all;
  all.reserve(count());
  for (std::size_t i = 0; i < count(); ++i) all.push_back(outcome(i));
  return all;
}

HopFigures HopRecord::window() const {
  HopFigures figures;
  std::vector<Duration> times;
  Duration differences{};
  for (std::size_t i = 0; i < count(); ++i) {
    const Outcome one = outcome(i);
    ++figures.asked;
    if (one.answered) ++figures.answered;
    if (!one.rtt) continue;
    if (!times.empty()) differences += distance(*one.rtt, times.back());
    times.push_back(*one.rtt);
  }
  if (times.empty()) return figures;
  figures.last = times.back();
  if (times.size() > 1) {
    figures.jitter = differences / static_cast<Duration::rep>(times.size() - 1);
  }
  std::sort(times.begin(), times.end());
  figures.least = times.front();
  figures.median = quantile(times, 0.5);
  figures.p95 = quantile(times, 0.95);
  figures.most = times.back();
  return figures;
}

HopFigures HopRecord::total() const {
  HopFigures figures{.asked = asked_, .answered = answered_};
  if (!last_) return figures;
  figures.last = last_;
  figures.least = least_;
  figures.most = most_;
  figures.median = std::min(*most_, times_.quantile(0.5));
  figures.p95 = std::min(*most_, times_.quantile(0.95));
  if (differences_ != 0) {
    figures.jitter = difference_sum_ / static_cast<Duration::rep>(differences_);
  }
  return figures;
}

HopRecord::Counts HopRecord::last(std::size_t count) const {
  Counts counts;
  for (std::size_t i = ring_.size() - std::min(count, ring_.size()); i < ring_.size(); ++i) {
    ++counts.asked;
    if (outcome(i).answered) ++counts.answered;
  }
  return counts;
}

}  // namespace tracetcp
