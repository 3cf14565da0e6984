#include "session/watched_prober.hpp"

#include <utility>

namespace tracetcp {

WatchedProber::WatchedProber(World& world, TagMode tag_mode) {
  if (world.sockets != nullptr) {
    prober_ = std::move(world.sockets);
    return;
  }
  auto packets = std::make_unique<PacketProber>(
      *world.link, Tagger(world.seed, world.source, world.source_ports, tag_mode),
      world.why_unsent);
  if (world.use_sockets) watched_ = packets.get();
  prober_ = std::move(packets);
}

Strategy strategy_in(const World& world, const Strategy& asked) {
  Strategy strategy = asked;
  strategy.one_outstanding = world.one_outstanding;
  strategy.own_flows = world.own_flows;
  strategy.probe_lifetime = world.probe_lifetime;
  return strategy;
}

RunCounts counts_of(Prober& prober, const Tally& late) {
  RunCounts counts{.ignored = prober.ignored(), .link = prober.stats()};
  counts.ignored.add(Reason::late, late.of(Reason::late));
  return counts;
}

}  // namespace tracetcp
