#pragma once

#include "correlate/correlator.hpp"
#include "prober/tagger.hpp"

#include <tracetcp/craft.hpp>
#include <tracetcp/link.hpp>
#include <tracetcp/prober.hpp>

#include <memory>
#include <vector>

namespace tracetcp {

/// The Prober of packets: craft, correlate and decode over a Link.
class PacketProber final : public Prober {
 public:
  /// `why_unsent` is asked where no SYN of a trace was seen leaving.
  PacketProber(Link& link, Tagger tagger, WhyUnsent why_unsent = nullptr)
      : link_(link), tagger_(std::move(tagger)), why_unsent_(std::move(why_unsent)) {}

  TimePoint now() override { return link_.now(); }
  void send(std::span<const Probe> probes) override;
  std::span<const Reply> wait(TimePoint until) override;
  std::vector<ProbeId> take_refused() override;
  void complete(Trace& trace) override;
  void conclude(std::uint32_t trace) override;
  [[nodiscard]] const Tally& ignored() const override { return correlator_.ignored(); }
  [[nodiscard]] LinkStats stats() override { return link_.stats(); }

  /// How many SYNs were seen leaving.
  [[nodiscard]] std::uint64_t seen_leaving() const { return correlator_.seen_leaving(); }
  /// Why SYNs may not leave at this moment; empty: this machine says nothing of it.
  [[nodiscard]] std::optional<Refusal> why_unsent() const;

 private:
  void take_frames(TimePoint until, std::vector<Reply>& replies);
  void await_departures(Trace& trace);

  Link& link_;
  Tagger tagger_;
  WhyUnsent why_unsent_;
  SynBuilder builder_;
  Correlator correlator_;
  std::vector<ProbeId> refused_;
  std::vector<Reply> replies_;
  std::vector<Reply> kept_;  ///< that came while departures were waited for
};

}  // namespace tracetcp
