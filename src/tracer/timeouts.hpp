#pragma once

#include "tracer/pacer.hpp"

#include <tracetcp/strategy.hpp>
#include <tracetcp/trace.hpp>

#include <algorithm>

namespace tracetcp {

/// How long to wait and how fast to go, from the round-trip times that this path has shown. While
/// nothing has answered any trace of the run, they are unknown (a satellite link, a radio that has
/// to wake up first), and every wait is the whole timeout.
class Timeouts {
 public:
  Timeouts(const Strategy& strategy, const Pacer& pacer) : strategy_(strategy), pacer_(pacer) {}

  /// A hop answered after that time.
  void heard(Duration rtt) { longest_ = std::max(longest_, rtt); }

  /// The target answered; it took no longer than that.
  void heard_target(Duration rtt) { target_ = std::max(target_, rtt); }

  /// The wait for one reply from a hop that others beyond it have answered already.
  [[nodiscard]] Duration at_passed_hop() const;

  /// The wait for one reply of the target, once it has answered.
  [[nodiscard]] Duration at_target() const;

  /// From a SYN that was reset to when a SYN-ACK to it, too, would have come.
  [[nodiscard]] Duration behind_reset() const;

  /// The wait before everything beyond a hop is called silent.
  [[nodiscard]] Duration tail() const;

  /// The same where packets get lost: until a SYN-ACK that was lost twice has come again, which a
  /// target repeats one second and three seconds after the SYN (RFC 6298, sections 2.1 and 5.5).
  [[nodiscard]] Duration tail_with_loss() const;

  /// Between two probes to the same hop.
  [[nodiscard]] Duration between_probes() const;

  /// After it an answer of a hop on the way is late.
  [[nodiscard]] Duration overdue() const;

  /// Between a probe that was in vain and one more.
  [[nodiscard]] Duration before_retry() const;

  /// Between SYNs of rising TTL where the hop before has not answered (yet); `ahead`: how many were
  /// sent beyond the last hop that answered. Only a few are sent ahead quickly, because all that go
  /// farther than the target arrive there. The rest follow slowly, in case no hop answers any more.
  [[nodiscard]] Duration between_ttls(int ahead) const;

  /// Between SYNs that can reach the target, once it is known to answer: more than a round trip,
  /// so that no two of them meet there.
  [[nodiscard]] Duration between_syns_at_target() const;

 private:
  const Strategy& strategy_;
  const Pacer& pacer_;
  Duration longest_{};  // of the hops
  Duration target_{};
};

}  // namespace tracetcp
