#include "diagnose/findings.hpp"

#include <algorithm>
#include <iterator>

namespace tracetcp::diagnosing {

bool share_address(const HopDigest& one, const HopDigest& other) {
  if (one.addresses.size() == 1 && other.addresses.size() == 1) {  // nearly all
    return one.addresses.front() == other.addresses.front();
  }
  return std::any_of(one.addresses.begin(), one.addresses.end(), [&](Address address) {
    return std::find(other.addresses.begin(), other.addresses.end(), address) !=
           other.addresses.end();
  });
}

namespace {

/// The hop of `path` that shares an address with `hop`: the one with the same TTL if it does, else
/// the only one. nullptr: there is none, or there are several (a loop, two routers with one
/// address).
const HopDigest* same_hop(const HopDigest& hop, const Digest& path) {
  const HopDigest* there = path.hop(hop.ttl.value);
  if (there != nullptr && share_address(hop, *there)) return there;
  const auto is_same = [&](const HopDigest& other) { return share_address(hop, other); };
  const auto found = std::find_if(path.hops.begin(), path.hops.end(), is_same);
  if (found == path.hops.end()) return nullptr;
  return std::any_of(std::next(found), path.hops.end(), is_same) ? nullptr : &*found;
}

}  // namespace

Comparison compare(const Digest& one, const Digest& other, int end) {
  Comparison result{.other = &other, .same_until = true};
  for (int ttl = end - 1; ttl > 0; --ttl) {
    const HopDigest* hop = one.hop(ttl);
    if (hop == nullptr) break;
    if (hop->answered == 0) continue;
    if (const HopDigest* there = same_hop(*hop, other)) {
      result.common = ttl;
      result.shift = there->ttl.value - ttl;
      break;
    }
    const HopDigest* beside = other.hop(ttl);
    if (beside == nullptr || beside->answered > 0) result.same_until = false;
  }
  // Where no hop answers on either, the two begin at the same place all the same.
  return result;
}

int known_length(const Comparison& comparison) {
  return comparison.other->length - comparison.shift;
}

Place place_of(const Digest& one, int ttl) {
  if (ttl < 1 || ttl > 255) return {};
  Place place{.ttl = Ttl{static_cast<std::uint8_t>(ttl)}, .address = std::nullopt};
  const HopDigest* hop = one.hop(ttl);
  if (hop != nullptr && !hop->addresses.empty()) place.address = hop->addresses.front();
  return place;
}

Place place_of(const Digest& one, int ttl, const Comparison& comparison) {
  Place place = place_of(one, ttl);
  const HopDigest* there = comparison.other->hop(ttl + comparison.shift);
  if (!place.address && there != nullptr && !there->addresses.empty()) {
    place.address = there->addresses.front();
  }
  return place;
}

}  // namespace tracetcp::diagnosing
