#pragma once

#include "core/siphash.hpp"
#include "craft/syn_template.hpp"
#include "identity/identity.hpp"

#include <tracetcp/decode.hpp>
#include <tracetcp/departure.hpp>
#include <tracetcp/scan.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

namespace tracetcp {

/// The identity of a scan. Each port of the target is a trace of its own, numbered by the port; a
/// probe of it is numbered by its lane, the place of its source port among those of the scan. It
/// need not remember what was sent: the ISN of a SYN is a keyed hash of its ports, so that every
/// answer, all of which bring the ISN back, proves by itself which SYN it answers. It keeps the
/// probes of the last SYNs by their timestamps, to find which SYN a SYN-ACK from another port
/// answers, and the addresses and ports that the NAT of this machine gave to SYNs.
class KeyedIdentity final : public Identity {
 public:
  /// What means nothing is counted in `ignored`. Throws Error where libnet fails.
  KeyedIdentity(const ScanOrigin& origin, const Job& job, Ttl ttl, Tally& ignored);

  std::span<const Bytes> tag(std::span<const Probe> probes, TimePoint now) override;
  void match(const Decoded& decoded, TimePoint time, Heard& heard) override;
  [[nodiscard]] std::uint64_t seen_leaving() const override { return seen_leaving_; }
  [[nodiscard]] const Tally& ignored() const override { return ignored_; }

 private:
  [[nodiscard]] Port source_port(std::uint32_t lane) const;
  [[nodiscard]] Flow flow_of_probe(ProbeId id) const;
  /// Which probe has these ports; empty: none of this scan.
  [[nodiscard]] std::optional<ProbeId> probe_with(Port source, Port target) const;
  [[nodiscard]] SeqNumber isn_of(ProbeId id) const;
  [[nodiscard]] std::optional<ProbeId> left_as(const Flow& flow) const;
  [[nodiscard]] std::optional<StrayKind> not_delivered(const Arrival& arrival) const;
  [[nodiscard]] bool is_known(TsVal echo) const;

  // Each appends to what was heard. It returns what the packet is counted as, where it is no
  // answer.
  using Counted = std::optional<Reason>;
  Counted match_tcp(const TcpSegment& segment, TimePoint time, Heard& heard);
  Counted match_answer(const TcpSegment& segment, ProbeId id, TimePoint time, Heard& heard) const;
  Counted match_from_elsewhere(const TcpSegment& segment, TimePoint time, Heard& heard) const;
  Counted match_own(const TcpSegment& segment, TimePoint time, Heard& heard);
  Counted match_translated(const TcpSegment& segment, TimePoint time, Heard& heard);
  Counted match_icmp(const IcmpError& error, TimePoint time, Heard& heard) const;

  ScanOrigin origin_;
  Job job_;
  Tally& ignored_;
  SipKey key_;
  SynTemplate template_;
  std::uint16_t next_id_;
  std::uint32_t first_tsval_;
  std::uint32_t next_tsval_;
  std::uint64_t seen_leaving_ = 0;
  std::vector<ProbeId> last_probes_;       ///< of 65536 SYNs, by the lower half of the timestamp
  std::map<Flow, ProbeId> translated_;     ///< by what the SYN left with
  std::optional<std::uint16_t> own_vlan_;  ///< that our SYNs leave by
  std::vector<std::uint8_t> packets_;
  std::vector<Bytes> views_;
};

}  // namespace tracetcp
