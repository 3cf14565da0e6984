#include "diagnose/known_traces.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace tracetcp {
namespace {

constexpr std::size_t farthest = 16;
constexpr std::size_t typical = 16;

/// How useful a port's path is for comparison: higher where it goes farther, and where it has an
/// end.
int worth_of(const Digest& digest) {
  int worth = 0;
  for (const HopDigest& hop : digest.hops) {
    if (hop.answered > 0) worth = hop.ttl.value * 2;
  }
  if (digest.end && digest.end->exact) worth = std::max(worth, digest.end->ttl.value * 2 + 1);
  return worth;
}

/// Which of `count` traces, ordered by worth, are taken.
std::array<std::size_t, farthest + typical> chosen_of(std::size_t count) {
  std::array<std::size_t, farthest + typical> chosen{};
  for (std::size_t i = 0; i < farthest; ++i) chosen[i] = i;
  const std::size_t left = count - farthest;
  for (std::size_t i = 0; i < typical; ++i) chosen[farthest + i] = farthest + i * left / typical;
  return chosen;
}

}  // namespace

std::vector<Digest> telling(std::span<const Digest> traces) {
  if (traces.size() <= farthest + typical) return {traces.begin(), traces.end()};
  std::vector<std::pair<int, const Digest*>> order;
  order.reserve(traces.size());
  for (const Digest& one : traces) order.emplace_back(worth_of(one), &one);
  std::stable_sort(order.begin(), order.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<Digest> chosen;
  for (const std::size_t which : chosen_of(order.size())) chosen.push_back(*order[which].second);
  return chosen;
}

void KnownTraces::add(Digest&& digest) {
  const Digest& added = all_.emplace_back(std::move(digest));
  SameTarget& same = by_target_[added.target.address];
  same.in_order.push_back(&added);
  const int worth = worth_of(added);
  const auto place = std::upper_bound(same.by_worth.begin(), same.by_worth.end(), worth,
                                      [](int w, const Ranked& other) { return w > other.worth; });
  same.by_worth.insert(place, {.digest = &added, .worth = worth});
}

void KnownTraces::drop(std::size_t count) {
  for (; count > 0 && !all_.empty(); --count) {
    const Digest& oldest = all_.front();
    const auto found = by_target_.find(oldest.target.address);
    SameTarget& same = found->second;
    same.in_order.erase(same.in_order.begin());
    std::erase_if(same.by_worth, [&](const Ranked& one) { return one.digest == &oldest; });
    if (same.in_order.empty()) by_target_.erase(found);
    all_.pop_front();
  }
}

std::vector<const Digest*> KnownTraces::telling_of(Address target) const {
  const auto found = by_target_.find(target);
  if (found == by_target_.end()) return {};
  const SameTarget& same = found->second;
  if (same.in_order.size() <= farthest + typical) return same.in_order;
  std::vector<const Digest*> chosen;
  chosen.reserve(farthest + typical);
  for (const std::size_t which : chosen_of(same.by_worth.size())) {
    chosen.push_back(same.by_worth[which].digest);
  }
  return chosen;
}

}  // namespace tracetcp
