#pragma once

#include <tracetcp/strategy.hpp>

#include <cstdint>

namespace tracetcp {

/// How many SYNs a second the target is to see. It is a congestion control as TCP's and nmap's,
/// with a rate in place of a window, since most of what a scan sends may never be answered. The
/// evidence is a round of controls, 50 ms or a round trip long at least:
///   - a fifth or less was lost: the rate doubles; after the first halving it grows by an eighth;
///   - more than a third was lost: the rate is halved.
/// Without controls, as long as nothing has answered, the rate stays as it is.
///
///                  starts at   grows up to
///   by default     2,000/s     10,000/s
///   no anti-flood  20,000/s    60,000/s
/// It never falls below 20/s. strategy.rate caps all of these.
class ScanRate {
 public:
  ScanRate(const Strategy& strategy, TimePoint now);

  /// So many controls of that many were lost. True: the rate was halved for that.
  bool round(std::uint32_t lost, std::uint32_t of, TimePoint now);

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
  void set(double rate, TimePoint now);
  void refill(TimePoint now);
  [[nodiscard]] double batch() const;  // SYNs that leave at once

  double start_;
  double most_;
  double least_;
  double rate_;
  double tokens_;
  TimePoint refilled_;
  bool ever_halved_ = false;
};

}  // namespace tracetcp
