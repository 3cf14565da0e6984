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
void keep_in(std::vector<std::vector<T>>& spare, std::vector<T>& memory, std::size_t usual,
             std::size_t enough) {
  if (memory.capacity() == 0 || memory.capacity() > usual || spare.size() == enough) return;
  memory.clear();
  spare.push_back(std::move(memory));
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
    for (ProbeRecord& probe : hop.probes) keep_in(replies_, probe.replies, 4, 4096);
    keep_in(probes_, hop.probes, 16, 2048);
  }
  keep_in(hops_, trace.hops, 255, 128);
}

}  // namespace tracetcp
