#pragma once

#include "cli/watch_live.hpp"
#include "cli/watch_output.hpp"
#include "cli/watched.hpp"
#include "metrics/metrics_server.hpp"
#include "watch/watch_rounds.hpp"

#include <tracetcp/engine.hpp>
#include <tracetcp/run_counts.hpp>

#include <functional>

namespace tracetcp::cli {

/// Takes the rounds of a watch as they end, and hands on what they show.
class WatchObserver final : public Observer {
 public:
  struct Parts {
    AllWatched& all;
    const Names& names;
    const WatchOutput& output;
    WatchRounds* rounds;     ///< null: rounds come in order, and none follows
    WatchLive* live;         ///< null: there is no screen
    MetricsServer* metrics;  ///< null: there are none
    std::function<RunCounts()> counts;
  };
  explicit WatchObserver(Parts parts) : parts_(std::move(parts)) {}

  void begun(const Trace&) override {}
  void settled(const Trace&, const Hop&) override {}
  void progressed(const Trace& trace) override;
  void finished(const Trace& trace) override;

  /// Takes a round whose turn it is.
  void take(const Trace& trace);

 private:
  Parts parts_;
};

}  // namespace tracetcp::cli
