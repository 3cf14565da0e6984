#pragma once

#include <tracetcp/decode.hpp>
#include <tracetcp/prober.hpp>
#include <tracetcp/reason.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace tracetcp {

/// What captured packets mean to a run.
struct Heard {
  std::vector<Reply> replies;
  std::vector<SentProbe> sent;  ///< probes that were seen leaving, where that is reported at once
};

/// Makes the SYNs of probes, with tags by which what comes back names them, and finds the probe
/// that a captured packet belongs to. There are two: one remembers each SYN (RememberedIdentity),
/// the other recomputes from a key what a SYN had (KeyedIdentity).
class Identity {
 public:
  virtual ~Identity() = default;

  /// The packets of the probes, each from its IP header on, valid until the next call. They count
  /// as sent at `now` until they are captured. Throws Error where libnet fails.
  virtual std::span<const Bytes> tag(std::span<const Probe> probes, TimePoint now) = 0;

  /// Takes a decoded frame, in the order of capture, and appends what it means; `time` is its
  /// capture stamp. What means nothing is counted in ignored().
  virtual void match(const Decoded& decoded, TimePoint time, Heard& heard) = 0;

  /// Adds to a trace how its SYNs were seen leaving. False: that is not remembered here, as
  /// Heard::sent has reported it.
  virtual bool add_departures(Trace&) const { return false; }

  /// Probes of which the kernel has reported since the last call that it did not send them.
  virtual std::vector<ProbeId> take_refused() { return {}; }

  /// Forgets a trace that is concluded; what still comes for it counts as late.
  virtual void conclude(std::uint32_t /*trace*/) {}

  /// Of a trace without an end: a reply to a probe with a smaller index counts as late.
  virtual void retire(std::uint32_t /*trace*/, std::uint32_t /*below*/) {}

  /// How many SYNs were seen leaving.
  [[nodiscard]] virtual std::uint64_t seen_leaving() const = 0;

  [[nodiscard]] virtual const Tally& ignored() const = 0;
};

}  // namespace tracetcp
