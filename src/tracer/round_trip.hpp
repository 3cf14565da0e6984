#pragma once

#include <tracetcp/trace.hpp>

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace tracetcp {

/// Which round-trip times of a trace are known. A SYN-ACK names the first SYN of its connection
/// attempt that arrived, whatever made the target send it: that SYN, a later one, or the target's
/// own timer, if an earlier SYN-ACK was lost. So the time since the SYN that it names is its
/// round-trip time only if
///
/// 1. it fits the times of the hops on the way, and the trace shows no loss: a SYN-ACK that was
///    lost is repeated at the next SYN, which may have left a moment after the first; or
/// 2. no other SYN of its flow that may have got to the target left since then, early enough for
///    its answer, and less than a second has passed, after which a SYN-ACK is repeated (RFC 6298,
///    section 2.1).
///
/// "Fits" is meant more strictly where a hop is silent: it may have lost its only probe. Other
/// answers name their SYN exactly.
class RoundTrips {
 public:
  /// The trace must not change while this is used, but for times that are not known: they may be
  /// taken away.
  explicit RoundTrips(const Trace& trace) : trace_(trace) {}

  /// Of a reply to that probe of the trace; empty: not known.
  [[nodiscard]] std::optional<Duration> known(const ProbeRecord& probe, const Reply& reply);

 private:
  /// What the answers of the hops on the way show.
  struct Way {
    Duration hops{};        ///< of each hop the least time, of those the longest; 0: none is known
    Duration jitter{};      ///< what fits may take so much longer
    bool has_loss = false;  ///< some hop answered, but not all probes that have been waited for
  };

  static Way way_of(const Trace& trace);
  void find_syns();
  [[nodiscard]] bool has_other_syn(const ProbeRecord& named, TimePoint until);

  const Trace& trace_;
  // Made when needed:
  std::optional<Way> way_;
  /// Flow and time of each SYN that may have got to the target, in order.
  std::optional<std::vector<std::pair<std::uint16_t, TimePoint>>> syns_;
};

/// Takes away the round-trip times of a trace that are not known, by `times` of that trace.
void forget_unknown_rtts(Trace& trace, RoundTrips& times);

/// Whether some hop on the way answered, but not all of its probes that have been waited for.
bool shows_loss(const Trace& trace);

}  // namespace tracetcp
