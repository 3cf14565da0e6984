#pragma once

#include "prober/packet_prober.hpp"
#include "session/forwarding.hpp"

#include <optional>
#include <vector>

namespace tracetcp {

/// SYNs of a run were not seen leaving this machine, nor does it say why. Not an Error: nothing was
/// shown yet, so it can be run anew by another method.
struct NotSeenLeaving {};

/// Shows nothing of a run until a SYN of it was seen leaving, or something came back. Throws
/// NotSeenLeaving where that is not so after a second, or when a trace has ended.
class LeavingWatch final : public Forwarding, public Meanwhile {
 public:
  /// `others`: what goes on beside the run; null: nothing.
  LeavingWatch(Observer& shown, const PacketProber& prober, Meanwhile* others)
      : Forwarding(shown), prober_(prober), others_(others), seen_before_(prober.seen_leaving()) {}

  void begun(const Trace& trace) override;
  void progressed(const Trace& trace) override {
    if (is_let_through_) to().progressed(trace);
  }
  void settled(const Trace& trace, const Hop& hop) override;
  void finished(const Trace& trace) override;
  void heard(Address from) override;
  TimePoint tick(TimePoint now) override;

 private:
  static constexpr Duration longest = std::chrono::seconds(1);

  void let_through();
  void review(bool is_over);

  const PacketProber& prober_;
  Meanwhile* const others_;
  const std::uint64_t seen_before_;
  std::optional<Trace> begun_;      ///< kept until it may be shown, as are
  std::vector<Hop> hops_;           ///< those of it that are settled
  std::optional<TimePoint> since_;  ///< the first tick after that
  bool is_let_through_ = false;
};

}  // namespace tracetcp
