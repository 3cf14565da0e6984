#pragma once

#include <tracetcp/departure.hpp>
#include <tracetcp/link.hpp>
#include <tracetcp/probe.hpp>
#include <tracetcp/reason.hpp>
#include <tracetcp/reply.hpp>
#include <tracetcp/trace.hpp>

#include <optional>
#include <span>
#include <vector>

namespace tracetcp {

/// A probe that was captured on its way out.
struct SentProbe {
  ProbeId id;
  TimePoint time;                            ///< capture stamp
  std::optional<Translation> translation{};  ///< by the NAT of this machine
};

/// What a strategy talks to: probes out, replies in.
class Prober {
 public:
  virtual ~Prober() = default;

  virtual TimePoint now() = 0;

  /// Sends the probes, in this order. Throws Error.
  virtual void send(std::span<const Probe> probes) = 0;

  /// Waits until at least one reply came, but not beyond `until`, and may return early with none.
  /// The replies stay valid until the next call. Throws Error.
  virtual std::span<const Reply> wait(TimePoint until) = 0;

  /// The probes that were seen leaving during the last wait, by a prober that says so at once;
  /// valid until the next. Others say it by the times of replies, and in complete().
  virtual std::span<const SentProbe> sent() { return {}; }

  /// Probes of which this machine has reported since the last call that it did not send them.
  virtual std::vector<ProbeId> take_refused() { return {}; }

  /// Adds to a trace that ended what is known of how its SYNs left this machine, or why they did
  /// not. To be called before conclude(); the verdict may be another one then.
  virtual void complete(Trace&) {}

  /// Forgets a trace that is concluded; what still comes for it counts as late.
  virtual void conclude(std::uint32_t trace) = 0;

  /// Of a trace without an end: a reply to a probe with a smaller ProbeId::index counts as late,
  /// and what is known of these probes may be forgotten.
  virtual void retire(std::uint32_t /*trace*/, std::uint32_t /*below*/) {}

  /// What was captured and changed nothing.
  [[nodiscard]] virtual const Tally& ignored() const = 0;

  [[nodiscard]] virtual LinkStats stats() = 0;
};

}  // namespace tracetcp
