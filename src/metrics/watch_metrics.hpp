#pragma once

#include "metrics/metrics_server.hpp"

#include <prometheus/metric_family.h>

#include <cstdint>
#include <map>
#include <vector>

namespace tracetcp {

using Families = std::vector<prometheus::MetricFamily>;
using EventCounts = std::map<WatchEventKind, std::uint64_t>;

// Names and units follow https://prometheus.io/docs/practices/naming/. How many series there are
// is bounded: by TTLs of the path and by the addresses that HopRecord keeps of each.

/// Of one target, always the same families in the same order.
Families families_of(const WatchedTarget& target, const EventCounts& events);

/// Of the program itself.
Families families_of_program(const RunCounts& counts);

/// Adds what families of the same names have.
void add_families(Families& all, const Families& more);

}  // namespace tracetcp
