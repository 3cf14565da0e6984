#pragma once

#include "core/siphash.hpp"
#include "craft/syn_template.hpp"
#include "scan/port_record.hpp"

#include <tracetcp/decode.hpp>
#include <tracetcp/departure.hpp>
#include <tracetcp/scan.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <variant>
#include <vector>

namespace tracetcp {

/// One of our own SYNs was captured on its way out.
struct ScanSent {
  ScanSyn syn;
  TimePoint time;
  std::optional<Translation> translation{};  ///< by the NAT of this machine
};

/// What a captured frame means to a scan, or why it means nothing.
using ScanEvent = std::variant<Reason, ScanSent, ScanAnswer, ScanStray>;

/// Between SYNs of a scan and packets. It needs not remember what was sent: the ISN of a SYN is a
/// keyed hash of its ports, so that every answer, all of which bring the ISN back, proves by itself
/// which SYN it answers. It keeps the ports of the last SYNs by their timestamps, to find which SYN
/// a SYN-ACK from another port answers. It also keeps the addresses and ports that the NAT of this
/// machine gave to SYNs.
class ScanCodec {
 public:
  /// Throws Error where libnet fails.
  ScanCodec(const ScanOrigin& origin, const Job& job, Ttl ttl);

  /// The packets, each from its IP header on; valid until the next call.
  std::span<const Bytes> encode(std::span<const ScanSyn> syns);

  [[nodiscard]] ScanEvent decode(const Frame& frame);

 private:
  [[nodiscard]] Port source_port(std::uint8_t lane) const;
  [[nodiscard]] Flow flow_with(ScanSyn syn) const;
  /// Which SYN has these ports; empty: none of this scan.
  [[nodiscard]] std::optional<ScanSyn> syn_with(Port source, Port target) const;
  [[nodiscard]] SeqNumber isn_of(ScanSyn syn) const;
  [[nodiscard]] ScanEvent decode_tcp(const TcpSegment& segment, TimePoint time);
  [[nodiscard]] ScanEvent decode_answer(const TcpSegment& segment, ScanSyn syn,
                                        TimePoint time) const;
  [[nodiscard]] ScanEvent decode_own(const TcpSegment& segment, TimePoint time);
  [[nodiscard]] ScanEvent decode_translated(const TcpSegment& segment, TimePoint time);
  [[nodiscard]] std::optional<ScanSyn> left_as(const Flow& flow) const;
  [[nodiscard]] ScanEvent decode_from_elsewhere(const TcpSegment& segment, TimePoint time) const;
  [[nodiscard]] ScanEvent decode_icmp(const IcmpError& error, TimePoint time) const;
  [[nodiscard]] std::optional<StrayKind> not_delivered(const Arrival& arrival) const;
  [[nodiscard]] bool is_known(TsVal echo) const;

  ScanOrigin origin_;
  Job job_;
  SipKey key_;
  SynTemplate template_;
  std::uint16_t next_id_;
  std::uint32_t first_tsval_;
  std::uint32_t next_tsval_;
  std::vector<ScanSyn> last_syns_;         ///< the last 65536, by the lower half of the timestamp
  std::map<Flow, ScanSyn> translated_;     ///< by what the SYN left with
  std::optional<std::uint16_t> own_vlan_;  ///< that our SYNs leave by
  std::vector<std::uint8_t> packets_;
  std::vector<Bytes> views_;
};

}  // namespace tracetcp
