#pragma once

#include "watch/hop_record.hpp"
#include "watch/watch_event.hpp"
#include "watch/watched_path.hpp"

#include <tracetcp/trace.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <vector>

namespace tracetcp {

/// What a watch knows: figures of each hop, the verdict that stands, and what changed. Each round
/// is added once; what the last rounds show is an event only where chance does not explain it. It
/// does no I/O, has no clock, and takes a bounded amount of memory.
///
/// 1. An answer other than before is the new verdict when two rounds in a row have it.
/// 2. Silence is the new verdict after three rounds at least, and only where packets that get lost
///    as often as before would do that once in a thousand times; until then it is loss.
/// 3. Loss begins when three of the last 50 rounds were not answered at the end of the path, or
///    when hops lose that much (see find_loss()), and is over after 50 rounds without.
/// 4. A hop that loses more than those behind it, ten rounds in a row, limits its own answers: a
///    finding, not loss.
class WatchRecord {
 public:
  /// Takes a round that ended by itself, with its diagnosis. Returns what changed.
  std::vector<WatchEvent> add(const Trace& trace);

  [[nodiscard]] std::uint64_t rounds() const { return rounds_; }
  /// By TTL, up to the end of the path, or to the last hop that ever answered.
  [[nodiscard]] const std::map<int, HopRecord>& hops() const { return hops_; }
  [[nodiscard]] int length() const { return length_; }
  /// Of the SYNs with the TTL at which the port is answered, whichever that was in each round;
  /// nothing before its first answer.
  [[nodiscard]] const HopRecord& end() const { return end_; }
  /// The round whose verdict stands; empty: there was none yet.
  [[nodiscard]] const std::optional<Trace>& standing() const { return standing_; }
  /// The last round.
  [[nodiscard]] const std::optional<Trace>& latest() const { return latest_; }
  [[nodiscard]] const WatchedPath& path() const { return path_; }
  [[nodiscard]] bool loses() const { return loss_.has_value(); }
  /// Whether that hop is known to limit its own answers.
  [[nodiscard]] bool limits(int ttl) const { return limits_.contains(ttl); }

  /// Forgets all figures, but not the path and the verdict.
  void reset_figures();

 private:
  static constexpr std::size_t recent = 50;       ///< rounds that loss is looked for in
  static constexpr int limit_after = 10;          ///< rounds in a row that look like a limit
  static constexpr std::size_t most_known = 256;  ///< findings

  void add_figures(const Trace& trace);
  [[nodiscard]] int end_of(const Trace& trace) const;
  void review_verdict(const Trace& trace, std::vector<WatchEvent>& events);
  void review_loss(const Trace& trace, std::vector<WatchEvent>& events);
  void review_findings(const Trace& trace, std::vector<WatchEvent>& events);
  [[nodiscard]] std::optional<Lost> loss_now(const Trace& trace) const;
  [[nodiscard]] int silent_rounds_needed() const;
  [[nodiscard]] WatchEvent event(const Trace& trace) const;

  std::uint64_t rounds_ = 0;
  std::map<int, HopRecord> hops_;
  int length_ = 0;
  HopRecord end_;
  bool was_answered_ = false;  ///< the port, at the end of the path, ever
  std::optional<Trace> standing_;
  std::optional<Trace> latest_;
  int other_rounds_ = 0;    ///< in a row whose verdict is not the one that stands
  double loss_before_ = 0;  ///< at the end of the path, before these
  WatchedPath path_;
  std::optional<Lost> loss_;  ///< empty: nothing gets lost
  std::set<int> limits_;
  std::map<int, int> limit_rounds_;  ///< by TTL: rounds in a row that look like a limit
  /// Those that were reported: kind, hop and its address.
  std::set<std::tuple<FindingKind, int, std::optional<Address>>> findings_;
};

}  // namespace tracetcp
