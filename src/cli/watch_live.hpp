#pragma once

#include "cli/full_screen.hpp"
#include "cli/held_back.hpp"
#include "cli/options.hpp"
#include "cli/watched.hpp"
#include "report/watch_screen.hpp"
#include "watch/watch_rounds.hpp"

#include <tracetcp/report.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tracetcp::cli {

/// Whether a watch is for the whole terminal: standard output is one that understands sequences,
/// and nothing else is asked for.
bool wants_screen(const Options& options);

/// What a key does to a replay.
class Replayed {
 public:
  virtual ~Replayed() = default;
  virtual void pause(bool paused) = 0;
  virtual void seek(Duration by) = 0;
  virtual void change_speed(double factor) = 0;
  [[nodiscard]] virtual ReplayState state() const = 0;
};

/// What can be chosen on a screen.
struct Choices {
  int length = 0;           ///< the last TTL
  std::size_t watched = 1;  ///< how many ports
  bool has_list = false;    ///< they are of several targets
};

/// What a key changes of the view. Returns whether it was one of the view's.
bool obey(int key, const Choices& choices, WatchView& view);

/// Shows a watch on the whole terminal and takes keys, at most ten times a second. The time of a
/// simulated network is held back to that of the clock.
class WatchLive {
 public:
  struct Parts {
    AllWatched& all;
    WatchRounds* rounds;  ///< null: it is a replay
    Replayed* replay;     ///< null: it is none
    const Names& names;
    const Networks* networks;
    const Options& options;
    std::string title;
    std::string method;
    /// How many packets are in the file of --write; empty: there is none.
    std::function<std::uint64_t()> saved;
  };
  explicit WatchLive(const Parts& parts);

  void take(const std::vector<WatchWords>& events);
  /// A replay begins anew.
  void forget_events() { events_.clear(); }

  /// Draws what is new, and obeys keys. Returns when it wants to be called again.
  TimePoint tick(TimePoint now);

  /// From when on time is counted; else from the first drawing.
  void begin(TimePoint at) { first_ = at; }

  /// Draws, and waits for a key as long at most as a screen stands.
  void show(TimePoint now);

  [[nodiscard]] bool is_quit() const { return is_quit_; }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::milliseconds pause{100};
  static constexpr std::size_t most_events = 1000;

  void obey_keys(int most_ms);
  void obey_key(int key);
  bool obey_replay_key(int key);
  [[nodiscard]] int length() const;
  void draw_screen(TimePoint now);

  const Parts parts_;
  std::unique_ptr<FullScreen> screen_;
  WatchView view_;
  std::deque<WatchWords> events_;
  HeldBack held_back_;
  Clock::time_point drawn_{};
  std::optional<TimePoint> first_;  ///< the first tick
  bool has_begun_ = false;          ///< something answered
  bool is_quit_ = false;
};

}  // namespace tracetcp::cli
