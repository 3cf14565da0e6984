#include "report/silent_tail.hpp"

#include <algorithm>

namespace tracetcp {
namespace {

/// How many silent hops end right before that index.
std::size_t run_before(std::span<const Hop> hops, std::size_t index) {
  std::size_t count = 0;
  while (count < index && is_silent(hops[index - count - 1])) ++count;
  return count;
}

std::size_t index_of(const Trace& trace, int ttl) {
  if (trace.hops.empty()) return 0;
  const int index = ttl - trace.hops.front().ttl.value;
  return std::min(static_cast<std::size_t>(std::max(index, 0)), trace.hops.size());
}

}  // namespace

bool is_silent(const Hop& hop) {
  bool was_asked = false;
  for (const ProbeRecord& probe : hop.probes) {
    if (probe.voided) continue;
    if (!probe.replies.empty()) return false;
    was_asked = true;
  }
  return was_asked;
}

bool is_held(const Trace& trace, const Hop& hop) {
  return is_silent(hop) && run_before(trace.hops, index_of(trace, hop.ttl.value)) >= silent_shown;
}

std::span<const Hop> held_before(const Trace& trace, int ttl) {
  const std::size_t end = index_of(trace, ttl);
  const std::size_t run = run_before(trace.hops, end);
  const std::size_t held = run > silent_shown ? run - silent_shown : 0;
  return std::span(trace.hops).subspan(end - held, held);
}

}  // namespace tracetcp
