#include "watch/watched_path.hpp"

#include <algorithm>
#include <utility>

namespace tracetcp {
namespace {

constexpr std::size_t most_addresses_at_place = 64;

bool is_in(const std::vector<Address>& all, Address one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

void add_once(std::vector<Address>& all, Address one) {
  if (!is_in(all, one) && all.size() < most_addresses_at_place) all.push_back(one);
}

}  // namespace

std::optional<PathChange> WatchedPath::take(const Trace& trace) {
  ++rounds_;
  const bool learns = rounds_ <= learns_rounds;
  bool is_confirmed = false;
  int length = 0;
  for (const Hop& hop : trace.path()) {
    for (const ProbeRecord& probe : hop.probes) {
      const Reply* answer = probe.answer();
      if (answer == nullptr) continue;
      length = std::max(length, static_cast<int>(hop.ttl.value));
      Place& place = places_[hop.ttl.value];
      if (place.known.empty() || is_in(place.known, answer->from)) {
        for (const Address fresh : std::exchange(place.fresh, {})) add_once(place.known, fresh);
        add_once(place.known, answer->from);
        place.fresh_answers = 0;
        continue;
      }
      add_once(place.fresh, answer->from);
      ++place.fresh_answers;
      is_confirmed = is_confirmed || (!learns && place.fresh_answers >= confirmed_after);
    }
  }
  if (length != 0) length_ = length;
  if (!is_confirmed) return std::nullopt;
  PathChange change;
  for (auto& [ttl, place] : places_) {
    if (place.fresh.empty()) continue;
    change.before.push_back({.ttl = ttl, .addresses = place.known});
    change.after.push_back({.ttl = ttl, .addresses = place.fresh});
    place.known = std::exchange(place.fresh, {});
    place.fresh_answers = 0;
  }
  // What answered beyond the end of a path that is shorter now is no part of it.
  places_.erase(places_.upper_bound(length_), places_.end());
  return change;
}

std::vector<PathPlace> WatchedPath::places() const {
  std::vector<PathPlace> all;
  for (int ttl = places_.empty() ? 1 : places_.begin()->first; ttl <= length_; ++ttl) {
    const auto place = places_.find(ttl);
    all.push_back({.ttl = ttl});
    if (place != places_.end()) all.back().addresses = place->second.known;
  }
  return all;
}

}  // namespace tracetcp
