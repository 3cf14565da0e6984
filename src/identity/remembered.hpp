#pragma once

#include "correlate/correlator.hpp"
#include "identity/identity.hpp"
#include "identity/tagger.hpp"

#include <tracetcp/craft.hpp>

#include <cstdint>
#include <utility>
#include <vector>

namespace tracetcp {

/// The identity of a run of traces: every SYN is remembered until its trace is concluded, and what
/// comes back is matched to it by the Correlator.
class RememberedIdentity final : public Identity {
 public:
  /// See Tagger.
  RememberedIdentity(std::uint64_t seed, Address source, PortBlock ports, TagMode mode,
                     SourceOf source_of = nullptr)
      : tagger_(seed, source, ports, mode, std::move(source_of)) {}

  std::span<const Bytes> tag(std::span<const Probe> probes, TimePoint now) override;
  void match(const Decoded& decoded, TimePoint time, Heard& heard) override;
  bool add_departures(Trace& trace) const override;
  std::vector<ProbeId> take_refused() override { return correlator_.take_refused(); }
  void conclude(std::uint32_t trace) override;
  void retire(std::uint32_t trace, std::uint32_t below) override {
    correlator_.retire(trace, below);
  }
  [[nodiscard]] std::uint64_t seen_leaving() const override { return correlator_.seen_leaving(); }
  [[nodiscard]] const Tally& ignored() const override { return correlator_.ignored(); }

 private:
  Tagger tagger_;
  SynBuilder builder_;
  Correlator correlator_;
  std::vector<std::vector<std::uint8_t>> packets_;  ///< of the last call of tag()
  std::vector<Bytes> views_;                        ///< of them
};

}  // namespace tracetcp
