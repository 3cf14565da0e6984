#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tracetcp {

/// Why a captured frame changed nothing. Each is counted and reaches the reports by its name().
enum class Reason : std::uint8_t {
  // decode: the frame can't be used
  link_truncated,  ///< shorter than its link header
  link_type_unknown,
  not_ip,             ///< ARP, STP, ...
  ip_truncated,       ///< captured bytes end within the IP header or an extension header
  ip_bad_header,      ///< version or header length that can't be
  ip_fragment,        ///< not the first fragment: no transport header in it
  extension_headers,  ///< more of them than IPv6 packets in use have
  mapped_address,     ///< IPv6 with an IPv4-mapped address, which no network carries
  not_tcp_or_icmp,
  tcp_truncated,
  tcp_bad_header,
  icmp_truncated,
  icmp_not_error,       ///< echo and the like: quotes no packet
  neighbour_discovery,  ///< ICMPv6 of the link: router and neighbour messages (RFC 4861)
  multicast_listener,   ///< ICMPv6 of the link: who listens to which group (RFC 3810)
  quote_truncated,      ///< the quoted packet ends before its ports and sequence number
  quote_bad_header,
  quote_not_tcp,
  // correlate: the frame is understood
  not_ours,       ///< carries none of our tags
  other_isn,      ///< on our flow, but answers another ISN: an old connection's, or forged
  own_reset,      ///< a RST that our kernel sent to a SYN-ACK
  own_error,      ///< an ICMP error of our kernel about a SYN that it did not send
  other_sender,   ///< acknowledges our SYN, but comes from another address or port
  not_delivered,  ///< wrong checksum, or a VLAN that our SYNs did not leave by
  tcp_other,      ///< on our flow, but neither SYN-ACK nor RST with ACK
  duplicate,      ///< the probe had this kind of reply already, or a SYN was captured twice
  unattributed,   ///< answers one of our flows, but can't be attributed to a probe
  late,           ///< came after its trace was concluded
  count_,         ///< how many there are
};

/// The name used in reports, e.g. "not-ours".
std::string_view name(Reason reason);

/// Counts by reason.
class Tally {
 public:
  void add(Reason reason, std::uint64_t count = 1) {
    counts_[static_cast<std::size_t>(reason)] += count;
  }
  [[nodiscard]] std::uint64_t of(Reason reason) const {
    return counts_[static_cast<std::size_t>(reason)];
  }

  /// Calls visit(Reason, count) for each reason that was counted at least once.
  template <class Visit>
  void each(Visit visit) const {
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      if (counts_[i] != 0) visit(static_cast<Reason>(i), counts_[i]);
    }
  }

 private:
  std::array<std::uint64_t, static_cast<std::size_t>(Reason::count_)> counts_{};
};

}  // namespace tracetcp
