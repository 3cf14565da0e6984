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
  PacketProber(Link& link, Tagger tagger) : link_(link), tagger_(std::move(tagger)) {}

  TimePoint now() override { return link_.now(); }
  void send(std::span<const Probe> probes) override;
  std::span<const Reply> wait(TimePoint until) override;
  void conclude(std::uint32_t trace) override;
  [[nodiscard]] const Tally& ignored() const override { return correlator_.ignored(); }
  [[nodiscard]] LinkStats stats() override { return link_.stats(); }

 private:
  Link& link_;
  Tagger tagger_;
  SynBuilder builder_;
  Correlator correlator_;
  std::vector<Reply> replies_;
};

}  // namespace tracetcp
