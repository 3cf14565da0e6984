#pragma once

#include "link/sim/packet.hpp"

#include <tracetcp/header.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace tracetcp::sim {

/// What an ICMP message says (RFC 792, RFC 4443).
struct IcmpMessage {
  std::uint8_t type = 0;
  std::uint8_t code = 0;
  std::uint32_t rest = 0;  ///< bytes 4 to 7: a gateway, an MTU, a pointer
};

/// An ICMP error that is about to be sent.
struct IcmpDraft {
  Address from;
  std::uint8_t ttl = 255;  ///< of the error itself, as it leaves
  IcmpMessage says;
  std::uint16_t ip_id = 0;    ///< of the error itself
  std::size_t quoted = 1480;  ///< bytes quoted behind the headers of IP, as far as there are any
  std::optional<std::uint8_t> quoted_ttl;  ///< empty: the TTL that the packet came with
  std::vector<MplsLabel> mpls;             ///< outermost first; empty: no extension
  bool length_field = true;  ///< write the length of the padded quote (RFC 4884, section 5.5)
};

/// The error about `packet`, checksums filled in, with an RFC 4884 extension if there are labels.
Packet make_icmp_error(const IcmpDraft& draft, const PacketReader& packet);

/// How a TCP stack looks from outside; the defaults are those of a current Linux.
struct Personality {
  std::uint8_t ttl = 64;                  ///< as its packets leave
  std::optional<std::uint8_t> hop_limit;  ///< the same of IPv6; empty: as `ttl`
  std::uint16_t mss = 1460;               ///< bytes
  std::uint16_t window = 65160;           ///< bytes, of a SYN-ACK
  std::optional<std::uint8_t> window_scale = 7;
  bool sack = true;
  bool timestamps = true;
  bool random_ip_id = false;  ///< else 0, as Linux does with DF in SYN-ACKs and RSTs
};

/// With which a packet of that family leaves.
constexpr std::uint8_t ttl_of(const Personality& personality, Family family) {
  if (family == Family::ipv4) return personality.ttl;
  return personality.hop_limit.value_or(personality.ttl);
}

/// What an answer to a SYN holds beside addresses and ports, which are the SYN's, turned round.
struct TcpFields {
  std::uint32_t sequence = 0;
  std::uint32_t acknowledgement = 0;
  std::uint8_t flags = 0;
  std::uint16_t window = 0;
  std::uint16_t ip_id = 0;
  std::uint8_t ttl = 64;
  std::vector<std::uint8_t> options;  ///< a multiple of four bytes
};

/// A TCP packet back to the sender of `to`, checksums filled in.
Packet make_tcp_answer(const PacketReader& to, const TcpFields& fields);

/// The RST with which a stack answers a SYN to a closed port (RFC 9293, section 3.10.7.1).
/// `acknowledges_isn`: some stacks acknowledge the ISN itself instead of the ISN and one.
Packet make_reset(const PacketReader& syn, std::uint8_t ttl, std::uint16_t ip_id,
                  bool acknowledges_isn = false);

/// The options of a SYN-ACK: those that the SYN had and the stack knows, in Linux's order.
std::vector<std::uint8_t> syn_ack_options(const PacketReader& syn, const Personality& personality,
                                          std::uint32_t tsval, std::uint32_t tsecr);

/// The timestamps option padded to 12 bytes, as in segments that are no SYN (RFC 7323, app. A).
std::vector<std::uint8_t> timestamps_option(std::uint32_t tsval, std::uint32_t tsecr);

/// TSval of a packet's timestamps option; empty: there is none.
std::optional<std::uint32_t> tsval_of(const PacketReader& packet);

}  // namespace tracetcp::sim
