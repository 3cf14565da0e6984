#pragma once

#include "prober/packet_prober.hpp"
#include "session/leaving_watch.hpp"
#include "session/opened_session.hpp"

#include <tracetcp/run_counts.hpp>

#include <memory>

namespace tracetcp {

/// The prober of a session, and what watches its SYNs leave where sockets could take their place.
class WatchedProber {
 public:
  WatchedProber(OpenedSession& session, TagMode tag_mode);

  Prober& operator*() const { return *prober_; }

  /// Calls `run` with these, or with such that throw NotSeenLeaving before the observer has been
  /// called. `meanwhile` may be null.
  template <class Run>
  void watch(Observer& observer, Meanwhile* meanwhile, Run run) const {
    if (watched_ == nullptr) {
      run(observer, meanwhile);
      return;
    }
    LeavingWatch watch(observer, *watched_, meanwhile);
    run(watch, &watch);
  }

 private:
  std::unique_ptr<Prober> prober_;
  const PacketProber* watched_ = nullptr;
};

/// What was asked for, as far as the session's method can do it.
Strategy strategy_in(const OpenedSession& session, const Strategy& asked);

/// Counts of a run; `late` as run() counts it.
RunCounts counts_of(Prober& prober, const Tally& late);

}  // namespace tracetcp
