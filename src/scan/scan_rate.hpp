#pragma once

#include <tracetcp/strategy.hpp>

#include <cstdint>
#include <optional>

namespace tracetcp {

/// How many SYNs a second the target is to see. It is a congestion control as TCP's and nmap's,
/// with a rate in place of a window, since most of what a scan sends may never be answered. The
/// evidence is a round of controls, 50 ms or a round trip long at least:
///
///   doubling ----- loss (rule 2) ----> backing off <--+ more lost: halve
///                                        |      ^    |
///                          no more lost  |      |  --+
///                                        v      | loss
///                                      recovering ---+ little lost: grow (rule 4)
///                                           ^--------+
///
/// 1. Until something was lost the rate doubles from round to round in which a fifth or less was
///    lost; with anti-flood only if nothing was.
/// 2. The rate is halved where more than a third was lost; with anti-flood also at the first loss
///    of the scan. A path that loses packets at any rate must not bring it down to nothing.
/// 3. The rate after the first halving in a row is the threshold. Further ones in that row leave it
///    as it is (RFC 5681, section 3.1): where a host stalled, they say nothing more of the path.
/// 4. Then the rate doubles up to the threshold and grows by an eighth beyond it, each in a round
///    in which a fifth or less was lost.
/// 5. Without controls, as long as nothing has answered, the rate stays as it is.
/// 6. Its ceiling is lower where most ports stay silent: what drops their SYNs on the way, or keeps
///    a state for each, is not seen to keep up.
///
///                  starts at   grows up to          where most is silent
///   by default     2,000/s     100,000/s            10,000/s
///   no anti-flood  20,000/s    100,000/s            60,000/s
/// It never falls below 20/s. strategy.rate caps all of these.
class ScanRate {
 public:
  ScanRate(const Strategy& strategy, TimePoint now);

  /// What a round of controls has shown.
  struct Round {
    std::uint32_t lost = 0;
    std::uint32_t of = 0;
    bool most_silent = false;  ///< of the ports asked meanwhile
  };

  /// True: more than a third was lost, so that other SYNs were, too.
  bool take(const Round& round, TimePoint now);

  /// There is nothing to go by any more: back to a quarter of the rate at the start.
  void restart(TimePoint now);

  /// How many SYNs may leave now.
  [[nodiscard]] std::uint32_t budget(TimePoint now);
  void spend(std::uint32_t syns) { tokens_ -= syns; }

  /// When it is worth to ask for the budget again.
  [[nodiscard]] TimePoint ready() const;

  /// SYNs per second.
  [[nodiscard]] double now() const { return rate_; }

 private:
  [[nodiscard]] bool backs_off(const Round& round) const;
  [[nodiscard]] double grown() const;
  void set(double rate, TimePoint now);
  void refill(TimePoint now);
  [[nodiscard]] double batch() const;  // SYNs that leave at once

  bool anti_flood_;
  double start_;
  double most_;
  double most_in_silence_;
  double least_;
  double rate_;
  double tokens_;
  TimePoint refilled_;
  std::optional<double> threshold_;  // rule 3; empty: nothing was lost yet
  bool is_backing_off_ = false;
};

}  // namespace tracetcp
