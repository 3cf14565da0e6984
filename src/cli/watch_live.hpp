#pragma once

#include "cli/full_screen.hpp"
#include "cli/held_back.hpp"
#include "cli/options.hpp"
#include "report/watch_screen.hpp"
#include "watch/watch_rounds.hpp"

#include <tracetcp/report.hpp>

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

namespace tracetcp::cli {

/// Whether a watch is for the whole terminal: standard output is one that understands sequences,
/// and nothing else is asked for.
bool wants_screen(const Options& options);

/// What a key changes of the view. `length`: the last TTL. Returns whether it was one of the
/// view's.
bool obey(int key, int length, WatchView& view);

/// Shows a watch on the whole terminal and takes keys, at most ten times a second. The time of a
/// simulated network is held back to that of the clock.
class WatchLive {
 public:
  struct Parts {
    WatchRecord& record;
    WatchRounds& rounds;
    const Names& names;
    const RunInfo& info;
    const Options& options;
    Address target;
  };
  explicit WatchLive(const Parts& parts);

  void take(const std::vector<WatchEvent>& events);

  /// Draws what is new, and obeys keys. Returns when it wants to be called again.
  TimePoint tick(TimePoint now);

  [[nodiscard]] bool is_quit() const { return is_quit_; }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::milliseconds pause{100};
  static constexpr std::size_t most_events = 1000;

  void obey_keys(int most_ms);
  void draw_screen(TimePoint now);

  const Parts parts_;
  std::unique_ptr<FullScreen> screen_;
  WatchView view_;
  std::deque<WatchEvent> events_;
  HeldBack held_back_;
  Clock::time_point drawn_{};
  std::optional<TimePoint> first_;  ///< the first tick
  bool is_quit_ = false;
};

}  // namespace tracetcp::cli
