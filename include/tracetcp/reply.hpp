#pragma once

#include <tracetcp/boxed.hpp>
#include <tracetcp/decode.hpp>
#include <tracetcp/departure.hpp>
#include <tracetcp/icmp.hpp>
#include <tracetcp/probe.hpp>
#include <tracetcp/stray.hpp>
#include <tracetcp/time.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace tracetcp {

enum class ReplyKind : std::uint8_t {
  time_exceeded,  ///< ICMP: a hop on the way
  unreachable,    ///< ICMP: a hop, or the target, rejects the SYN
  syn_ack,        ///< the port is open
  rst,            ///< the port is closed
  notice,         ///< source quench, redirect: reported, ends nothing
  stray,          ///< came on our flow, but answers none of our SYNs; see Reply::stray
};

/// The name used in JSON, e.g. "time-exceeded".
std::string_view name(ReplyKind kind);

/// What became of the SYN that such an ICMP error quotes. A parameter problem discards the datagram
/// as an unreachable does (RFC 792; RFC 1122, section 3.2.2.5).
ReplyKind kind_of_icmp(IcmpNumbers icmp);

/// Why this machine does not send a SYN, by the ICMP unreachable of its own kernel for it (RFC
/// 1122, section 3.2.2.1; the codes of the packet filter's "reject" are among them).
Refusal refusal_of(IcmpNumbers icmp);

/// What came back for one of our flows.
struct Reply {
  std::uint32_t trace = 0;             ///< the trace that it belongs to
  std::optional<std::uint32_t> probe;  ///< ProbeId::index, where that is certain
  RareList<std::uint32_t> candidates;  ///< else: the probes that it may have answered
  ReplyKind kind = ReplyKind::time_exceeded;
  std::optional<Ttl> ttl;  ///< of the reply itself, as received; empty: unknown
  IcmpNumbers icmp;        ///< where an ICMP error answered
  Address from;
  TimePoint time;               ///< capture stamp
  std::optional<Duration> rtt;  ///< since the probe left; only where probe is known
  IpId ip_id;                   ///< of the reply itself; means nothing where ttl is empty
  std::optional<std::uint32_t> next_hop_mtu;  ///< bytes
  Boxed<Address> gateway;                     ///< that a redirect names
  Boxed<IcmpError::Quote> quote;              ///< our SYN as the ICMP error quoted it
  Boxed<TcpHeader> quoted_tcp;                ///< instead, where only that of our SYN is known
  Boxed<IcmpError::Quote> sent;               ///< the same SYN as it was captured on its way out
  RareList<MplsLabel> mpls;
  Boxed<TcpRest> tcp;  ///< window and options of a SYN-ACK or RST
  Boxed<Stray> stray;  ///< `probe` is then the one that it would answer, where that is known
  /// The quote has another sequence number than our SYN. It is believed, as the quotes of several
  /// probes agree on the difference or it has our timestamp, but nothing is certain by it.
  bool isn_rewritten = false;

  /// It says something of the trace, but nothing of what became of one of its SYNs.
  [[nodiscard]] bool answers_nothing() const {
    return kind == ReplyKind::notice || kind == ReplyKind::stray;
  }
};

}  // namespace tracetcp
