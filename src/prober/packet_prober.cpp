#include "prober/packet_prober.hpp"

namespace tracetcp {

void PacketProber::send(std::span<const Probe> probes) {
  std::vector<std::vector<std::uint8_t>> packets;
  packets.reserve(probes.size());
  for (const Probe& probe : probes) {
    const Syn syn = tagger_.tag(probe);
    packets.push_back(builder_.build(syn));
    // Registered before it leaves: on a short path the reply may be there before send() returns.
    correlator_.add(probe.id, syn, link_.now());
  }
  const std::vector<Bytes> views(packets.begin(), packets.end());
  link_.send(views);
}

std::span<const Reply> PacketProber::wait(TimePoint until) {
  replies_.clear();
  for (const Frame& frame : link_.wait(until)) {
    for (auto reply = correlator_.match(decode(frame), frame.time); reply;
         reply = correlator_.take_released()) {
      const bool cannot_tell = !reply->probe && !reply->answers_nothing();
      if (cannot_tell || reply->kind == ReplyKind::rst) tagger_.use_own_isns(reply->trace);
      replies_.push_back(std::move(*reply));
    }
  }
  return replies_;
}

void PacketProber::conclude(std::uint32_t trace) {
  correlator_.conclude(trace);
  tagger_.forget(trace);
}

}  // namespace tracetcp
