#pragma once

#include "identity/identity.hpp"

#include <tracetcp/link.hpp>
#include <tracetcp/prober.hpp>

#include <memory>
#include <utility>
#include <vector>

namespace tracetcp {

/// The Prober of packets: what an Identity makes leaves by a Link, and what is captured there is
/// decoded and goes to the Identity.
class PacketProber final : public Prober {
 public:
  /// `why_unsent` is asked where no SYN of a trace was seen leaving.
  PacketProber(Link& link, std::unique_ptr<Identity> identity, WhyUnsent why_unsent = nullptr)
      : link_(link), identity_(std::move(identity)), why_unsent_(std::move(why_unsent)) {}

  TimePoint now() override { return link_.now(); }
  void send(std::span<const Probe> probes) override;
  std::span<const Reply> wait(TimePoint until) override;
  std::span<const SentProbe> sent() override { return heard_.sent; }
  std::vector<ProbeId> take_refused() override;
  void complete(Trace& trace) override;
  void conclude(std::uint32_t trace) override { identity_->conclude(trace); }
  void retire(std::uint32_t trace, std::uint32_t below) override {
    identity_->retire(trace, below);
  }
  [[nodiscard]] const Tally& ignored() const override { return identity_->ignored(); }
  [[nodiscard]] LinkStats stats() override { return link_.stats(); }

  /// How many SYNs were seen leaving.
  [[nodiscard]] std::uint64_t seen_leaving() const { return identity_->seen_leaving(); }
  /// Why SYNs may not leave at this moment; empty: this machine says nothing of it.
  [[nodiscard]] std::optional<Refusal> why_unsent() const;

 private:
  void take_frames(TimePoint until, Heard& heard);
  void await_departures(Trace& trace);

  Link& link_;
  std::unique_ptr<Identity> identity_;
  WhyUnsent why_unsent_;
  std::vector<ProbeId> refused_;
  Heard heard_;  ///< in the last wait
  Heard kept_;   ///< while departures were waited for
};

}  // namespace tracetcp
