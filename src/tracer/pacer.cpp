#include "tracer/pacer.hpp"

#include <algorithm>

namespace tracetcp {

using namespace std::chrono_literals;

Pacer::Pacer(const Strategy& strategy) {
  // A router that sees many ports at once is asked some hundred times a second: most limit their
  // ICMP errors to about that.
  if (strategy.anti_flood) hop_interval_ = 10ms;
  if (strategy.rate) {
    interval_ =
        std::chrono::duration_cast<Duration>(std::chrono::duration<double>(1 / *strategy.rate));
  }
}

TimePoint Pacer::ready(Ttl ttl) const {
  return std::max(ready_, hop_ready_[ttl.value]);
}

void Pacer::sent(Ttl ttl, TimePoint now) {
  hop_ready_[ttl.value] = now + hop_interval_;
  ready_ = now + interval_;
}

}  // namespace tracetcp
