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
  const Digest& added = *all_.emplace_back(std::make_unique<const Digest>(std::move(digest)));
  SameTarget& same = by_target_[added.target.address];
  same.in_order.push_back(&added);
  const int worth = worth_of(added);
  const auto place = std::upper_bound(same.by_worth.begin(), same.by_worth.end(), worth,
                                      [](int w, const Ranked& other) { return w > other.worth; });
  same.by_worth.insert(place, {.digest = &added, .worth = worth});
}

bool KnownTraces::is_farthest(const Digest& digest) const {
  const auto& order = by_target_.at(digest.target.address).by_worth;
  const auto end = order.begin() + static_cast<std::ptrdiff_t>(std::min(farthest, order.size()));
  return std::any_of(order.begin(), end, [&](const Ranked& one) { return one.digest == &digest; });
}

void KnownTraces::forget(const Digest& digest) {
  const auto found = by_target_.find(digest.target.address);
  SameTarget& same = found->second;
  std::erase(same.in_order, &digest);
  std::erase_if(same.by_worth, [&](const Ranked& one) { return one.digest == &digest; });
  if (same.in_order.empty()) by_target_.erase(found);
}

void KnownTraces::drop(std::size_t count) {
  if (all_.empty()) return;
  const Address current = all_.back()->target.address;
  std::erase_if(all_, [&](const std::unique_ptr<const Digest>& one) {
    if (count == 0 || (one->target.address == current && is_farthest(*one))) return false;
    --count;
    forget(*one);
    return true;
  });
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
