#include "identity/remembered.hpp"

namespace tracetcp {

std::span<const Bytes> RememberedIdentity::tag(std::span<const Probe> probes, TimePoint now) {
  packets_.clear();
  for (const Probe& probe : probes) {
    const Syn syn = tagger_.tag(probe);
    packets_.push_back(builder_.build(syn));
    // Registered before it leaves: on a short path the reply may be there before it is sent.
    correlator_.add(probe.id, syn, now);
  }
  views_.assign(packets_.begin(), packets_.end());
  return views_;
}

void RememberedIdentity::match(const Decoded& decoded, TimePoint time, Heard& heard) {
  for (auto reply = correlator_.match(decoded, time); reply; reply = correlator_.take_released()) {
    const bool cannot_tell = !reply->probe && !reply->answers_nothing();
    if (cannot_tell || reply->kind == ReplyKind::rst) tagger_.use_own_isns(reply->trace);
    heard.replies.push_back(std::move(*reply));
  }
}

bool RememberedIdentity::add_departures(Trace& trace) const {
  correlator_.add_departures(trace);
  return true;
}

void RememberedIdentity::conclude(std::uint32_t trace) {
  correlator_.conclude(trace);
  tagger_.forget(trace);
}

}  // namespace tracetcp
