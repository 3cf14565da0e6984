#pragma once

#include <tracetcp/strategy.hpp>

#include <cstdint>

namespace tracetcp {

/// How many SYNs a second the target is to see. It is a congestion control as TCP's and nmap's,
/// with a rate in place of a window, since most of what a scan sends may never be answered.
///
/// The evidence is what became of SYNs to ports that do answer: controls, ports that answered at
/// once, and ports that answered only when they were asked again, which proves that an answer was
/// lost. Once in a while (a round trip, 50 ms at least) it is looked at:
///   - a fifth or less was lost: the rate doubles, after the first halving it grows by an eighth;
///   - more than a third was lost: the rate is halved, and what was sent before counts no more.
/// Without evidence the rate stays as it is.
///
///                  starts at   grows up to
///   by default     2,000/s     10,000/s
///   no anti-flood  20,000/s    60,000/s
/// It never falls below 20/s. strategy.rate caps all of these.
class ScanRate {
 public:
  ScanRate(const Strategy& strategy, TimePoint now);

  /// The target answered a SYN that was sent then.
  void heard(TimePoint sent);

  /// The answer to a SYN that was sent then is missing, and should not be.
  void lost(TimePoint sent);

  /// Looks at the evidence. `round_trip` is the path's.
  void decide(TimePoint now, Duration round_trip);

  /// The controls themselves have fallen silent, so there is nothing to go by: back to a quarter
  /// of the rate at the start.
  void restart(TimePoint now);

  /// How many times in a row the rate was halved without a single answer in between.
  [[nodiscard]] int halved_in_silence() const { return halved_in_silence_; }

  /// How many SYNs may leave now.
  [[nodiscard]] std::uint32_t budget(TimePoint now);
  void spend(std::uint32_t syns) { tokens_ -= syns; }

  /// When it is worth to ask for the budget again.
  [[nodiscard]] TimePoint ready() const;

  /// SYNs per second.
  [[nodiscard]] double now() const { return rate_; }

 private:
  void set(double rate, TimePoint now);
  void refill(TimePoint now);
  [[nodiscard]] double batch() const;  // SYNs that leave at once

  double start_;
  double most_;
  double least_;
  double rate_;
  double tokens_;
  TimePoint refilled_;
  TimePoint changed_;  // answers to SYNs from before tell nothing of this rate
  TimePoint halved_;   // nor do losses from before
  TimePoint decided_;
  std::uint32_t answered_ = 0;  // since the last decision
  std::uint32_t missing_ = 0;
  bool ever_halved_ = false;
  bool heard_since_halved_ = false;
  int halved_in_silence_ = 0;
};

}  // namespace tracetcp
