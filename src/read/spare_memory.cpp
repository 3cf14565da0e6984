#include "read/spare_memory.hpp"

#include <utility>

namespace tracetcp {
namespace {

template <class T>
std::vector<T> taken_from(std::vector<std::vector<T>>& spare) {
  if (spare.empty()) return {};
  std::vector<T> memory = std::move(spare.back());
  spare.pop_back();
  return memory;
}

/// What is usual is kept, unless there is enough; the rest goes back to where it came from.
template <class T>
bool is_to_be_kept(const std::vector<std::vector<T>>& spare, const std::vector<T>& memory,
                   std::size_t usual, std::size_t enough) {
  return memory.capacity() != 0 && memory.capacity() <= usual && spare.size() < enough;
}

/// Without its replies; their memory, if it is of the usual size, stays with it.
void clear(ProbeRecord& probe) {
  constexpr std::size_t usual = 4;
  if (probe.replies.capacity() > usual) probe.replies = {};
  probe.replies.clear();
}

}  // namespace

std::vector<Hop> SpareMemory::hops(int first, int last) {
  std::vector<Hop> hops = taken_from(hops_);
  hops.reserve(static_cast<std::size_t>(last - first) + 1);
  for (int ttl = first; ttl <= last; ++ttl) {
    hops.push_back({.ttl = Ttl{static_cast<std::uint8_t>(ttl)}, .probes = taken_from(probes_)});
  }
  return hops;
}

void SpareMemory::keep(Trace&& trace) {
  for (Hop& hop : trace.hops) {
    if (!is_to_be_kept(probes_, hop.probes, 16, 2048)) continue;
    for (ProbeRecord& probe : hop.probes) clear(probe);
    probes_.push_back(std::move(hop.probes));
  }
  if (!is_to_be_kept(hops_, trace.hops, 255, 128)) return;
  trace.hops.clear();
  hops_.push_back(std::move(trace.hops));
}

}  // namespace tracetcp
