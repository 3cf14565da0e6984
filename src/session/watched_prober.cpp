#include "session/watched_prober.hpp"

#include "identity/remembered.hpp"

#include <utility>

namespace tracetcp {

WatchedProber::WatchedProber(OpenedSession& session, TagMode tag_mode) {
  if (session.sockets != nullptr) {
    prober_ = std::move(session.sockets);
    return;
  }
  auto packets = std::make_unique<PacketProber>(
      *session.link,
      std::make_unique<RememberedIdentity>(session.seed, session.source, session.source_ports,
                                           tag_mode, session.source_of),
      session.why_unsent);
  if (session.use_sockets) watched_ = packets.get();
  prober_ = std::move(packets);
}

Strategy strategy_in(const OpenedSession& session, const Strategy& asked) {
  Strategy strategy = asked;
  strategy.one_outstanding = session.one_outstanding;
  strategy.own_flows = session.own_flows;
  strategy.probe_lifetime = session.probe_lifetime;
  return strategy;
}

RunCounts counts_of(Prober& prober, const Tally& late) {
  RunCounts counts{.ignored = prober.ignored(), .link = prober.stats()};
  counts.ignored.add(Reason::late, late.of(Reason::late));
  return counts;
}

}  // namespace tracetcp
