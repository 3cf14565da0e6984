#pragma once

#include "session/line_traces.hpp"
#include "session/opened_targets.hpp"
#include "session/watched_prober.hpp"

#include <tracetcp/engine.hpp>
#include <tracetcp/run_counts.hpp>

#include <functional>
#include <optional>

namespace tracetcp {

/// What is done with the traces of a list beside handing them on, see LineTraces::Parts.
struct Judging {
  bool judges = false;
  bool compares = false;
};

/// Traces the lines of a list, all in one run: on one driver, with one capture.
class ListRun {
 public:
  /// All must outlive it.
  ListRun(OpenedTargets& opened, const SessionOptions& options, std::function<bool()> interrupted,
          Judging judging = {});

  /// Returns once the observer has got all. Where none of the SYNs of a trace was seen leaving it
  /// is traced anew by sockets in the end, if the options let them take the place of packets.
  /// `beside` has its turns; the run waits until it has nothing left to do. Throws Error once all
  /// that is known was handed on.
  void run(TargetFeed& feed, LineObserver& observer, Meanwhile& beside);

  /// Waits until `meanwhile` has nothing left to do; nothing may be under way.
  void wait_for(Meanwhile& meanwhile);

  [[nodiscard]] RunCounts counts() const { return counts_of(*prober_, late_); }

 private:
  void trace(Prober& prober, TargetFeed& feed, LineObserver& observer, Meanwhile& beside);

  OpenedTargets& opened_;
  const SessionOptions& options_;
  const std::function<bool()> interrupted_;
  const Judging judging_;
  const WatchedProber prober_;
  std::optional<WatchedProber> sockets_;  ///< where they took its place
  Tally late_;
};

}  // namespace tracetcp
