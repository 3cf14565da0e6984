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
  outcomes_.push_back(outcome);
  if (outcomes_.size() > window_size) outcomes_.pop_front();
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

HopFigures HopRecord::window() const {
  HopFigures figures;
  std::vector<Duration> times;
  Duration differences{};
  for (const Outcome& outcome : outcomes_) {
    ++figures.asked;
    if (outcome.answered) ++figures.answered;
    if (!outcome.rtt) continue;
    if (!times.empty()) differences += distance(*outcome.rtt, times.back());
    times.push_back(*outcome.rtt);
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
  for (std::size_t i = outcomes_.size() - std::min(count, outcomes_.size()); i < outcomes_.size();
       ++i) {
    ++counts.asked;
    if (outcomes_[i].answered) ++counts.answered;
  }
  return counts;
}

}  // namespace tracetcp
