#include "tracer/pacer.hpp"

#include <algorithm>

namespace tracetcp {

using namespace std::chrono_literals;

namespace {

/// A router that sees many ports at once is asked some hundred times a second as long as it
/// answers: many limit their ICMP errors to about that.
constexpr Duration gentle_interval = 10ms;

/// Without a pace of its own a run would send all that its window holds at once, more than this
/// machine sends and captures without loss.
constexpr Duration quick_interval = 400us;

}  // namespace

Pacer::Pacer(const Strategy& strategy)
    : between_traces_(strategy.anti_flood ? gentle_interval * strategy.probes_per_hop
                                          : quick_interval) {
  if (strategy.anti_flood) responders_.fill(Responder(gentle_interval));
  if (strategy.rate) {
    interval_ =
        std::chrono::duration_cast<Duration>(std::chrono::duration<double>(1 / *strategy.rate));
  }
}

TimePoint Pacer::ready(Ttl ttl) const {
  return std::max(ready_, at(ttl).ready());
}

void Pacer::sent(Ttl ttl, TimePoint now) {
  at(ttl).sent(now);
  ready_ = now + interval_;
}

void Pacer::answered_by_hop(Ttl ttl, std::uint32_t trace, TimePoint time) {
  at(ttl).answered(trace);
  answered_by_end(time);
}

void Pacer::answered_by_end(TimePoint time) {
  first_answer_ = std::min(first_answer_, time);
}

}  // namespace tracetcp
