#pragma once

#include "scan/scan_codec.hpp"

#include <tracetcp/link.hpp>
#include <tracetcp/prober.hpp>

#include <utility>
#include <vector>

namespace tracetcp {

/// The Prober of scans, over a Link. Each port is a trace of its own, numbered by the port, and a
/// probe of it is numbered by its lane (see ScanSyn).
class ScanProber final : public Prober {
 public:
  /// What is captured and means nothing is counted in `ignored`.
  ScanProber(Link& link, ScanCodec codec, WhyUnsent why_unsent, Tally& ignored)
      : link_(link),
        codec_(std::move(codec)),
        why_unsent_(std::move(why_unsent)),
        ignored_(ignored) {}

  TimePoint now() override { return link_.now(); }
  void send(std::span<const Probe> probes) override;
  std::span<const Reply> wait(TimePoint until) override;
  std::span<const SentProbe> sent() override { return sent_; }
  void complete(Trace& trace) override;
  void conclude(std::uint32_t /*trace*/) override {}  // nothing is remembered of it
  [[nodiscard]] const Tally& ignored() const override { return ignored_; }
  [[nodiscard]] LinkStats stats() override { return link_.stats(); }

 private:
  void take(const ScanEvent& event);

  Link& link_;
  ScanCodec codec_;
  const WhyUnsent why_unsent_;
  Tally& ignored_;
  std::vector<ScanSyn> syns_;  // kept for their memory, as are
  std::vector<Reply> replies_;
  std::vector<SentProbe> sent_;
};

}  // namespace tracetcp
