#include "compare/comparing.hpp"
#include "compare/rank_test.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>

namespace tracetcp::comparing {
namespace {

/// A hop that both have in common, or the target.
struct CommonHop {
  int ttl = 0;
  Address address;
  Stratum times;
};

void add_times(const RecordedPort& port, int ttl, std::string_view reply, const Address& from,
               std::vector<double>& times) {
  const auto hop = port.hops.find(ttl);
  if (hop == port.hops.end()) return;
  for (const RecordedProbe& probe : hop->second) {
    if (probe.reply == reply && probe.from == from && probe.rtt_ms) times.push_back(*probe.rtt_ms);
  }
}

/// The target's answers, whatever the TTL.
void add_target(const Pair& pair, std::vector<CommonHop>& hops) {
  const int end = end_of(pair.after);
  if (pair.before.state != pair.after.state || end != end_of(pair.before)) return;
  const char* reply = pair.after.state == "open" ? "syn-ack" : "rst";
  CommonHop target{.ttl = end, .address = pair.after.target.address};
  for (const auto& [ttl, probes] : pair.before.hops) {
    add_times(pair.before, ttl, reply, target.address, target.times.before);
  }
  for (const auto& [ttl, probes] : pair.after.hops) {
    add_times(pair.after, ttl, reply, target.address, target.times.after);
  }
  hops.push_back(std::move(target));
}

/// Up to where the paths differ.
std::vector<CommonHop> common_hops(const Pair& pair) {
  std::vector<CommonHop> hops;
  for (const auto& [ttl, probes] : pair.before.hops) {
    const Routers before = routers_at(pair.before, ttl);
    const Routers after = routers_at(pair.after, ttl);
    if (before.empty() || after.empty()) continue;
    if (before != after) return hops;
    for (const Address& router : before) {
      CommonHop hop{.ttl = ttl, .address = router};
      add_times(pair.before, ttl, "time-exceeded", router, hop.times.before);
      add_times(pair.after, ttl, "time-exceeded", router, hop.times.after);
      hops.push_back(std::move(hop));
    }
  }
  add_target(pair, hops);
  return hops;
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

// Whatever delays answers from some hop on delays those of all hops beyond. So for each hop all
// from there on are one test; the one with the least chance says where it begins.
void compare_times(const Pair& pair, std::vector<Change>& changes) {
  constexpr double least_chance = 5e-8;  // up to 60 tests a pair
  const auto hops = common_hops(pair);
  RankTest test;
  double best = least_chance;
  const CommonHop* begins = nullptr;
  for (auto hop = hops.rbegin(); hop != hops.rend(); ++hop) {
    if (hop->times.before.empty() || hop->times.after.empty()) continue;
    test.add(hop->times);
    const double chance = std::min(test.chance_of_rise(), test.chance_of_fall());
    if (chance >= best) continue;
    best = chance;
    begins = &*hop;
  }
  if (begins == nullptr) return;
  const double before = median(begins->times.before);
  const double after = median(begins->times.after);
  changes.push_back(
      {.kind = ChangeKind::rtt,
       .ttl = begins->ttl,
       .before = fmt::format("{:.3f}", before),
       .after = fmt::format("{:.3f}", after),
       .text = fmt::format("From hop {} ({}) on, answers take {:.3f} ms there instead of {:.3f} ms "
                           "(medians).",
                           begins->ttl, begins->address.text(), after, before)});
}

}  // namespace tracetcp::comparing
