#include "decode/icmp.hpp"

#include "decode/extension.hpp"
#include "decode/ipv6.hpp"
#include "decode/tcp.hpp"

#include <optional>

namespace tracetcp::decoding {
namespace {

/// The others have no room for the length of the quote (RFC 4884, section 4). ICMPv6 has the MTU or
/// the pointer there.
bool may_be_extended(Family family, IcmpMeaning meaning) {
  switch (meaning) {
    case IcmpMeaning::unreachable:
    case IcmpMeaning::time_exceeded:
      return true;
    case IcmpMeaning::too_big:
    case IcmpMeaning::parameter_problem:
      return family == Family::ipv4;
    case IcmpMeaning::source_quench:
    case IcmpMeaning::redirect:
    case IcmpMeaning::none:
      break;
  }
  return false;
}

/// Empty: the quote is read.
[[gnu::flatten]] std::optional<Reason> read_quote(Family family, View bytes,
                                                  IcmpError::Quote& quote) {
  IpPacket packet;
  const auto fault =
      family == Family::ipv4 ? read_quoted_ip(bytes, packet) : read_quoted_ipv6(bytes, packet);
  if (fault) return fault;
  if (packet.header.protocol != protocol_tcp) return Reason::quote_not_tcp;
  quote.ip = packet.header;
  return read_quoted_tcp(packet.payload, quote.tcp);
}

/// The MTU in a "fragmentation needed" (RFC 1191, section 4) or "packet too big" (RFC 4443, section
/// 3.2). Routers older than RFC 1191 leave zero there, which means unknown.
std::optional<std::uint32_t> read_next_hop_mtu(Family family, View message) {
  const std::uint32_t mtu = family == Family::ipv4 ? message.u16(6) : message.u32(4);
  return mtu != 0 ? std::optional(mtu) : std::nullopt;
}

/// What is no error.
Reason reason_of(IcmpNumbers icmp) {
  if (icmp.family == Family::ipv4) return Reason::icmp_not_error;
  // IANA, "ICMPv6 Parameters"; the redirect among them is no error, but a message of the link.
  const bool is_listener = (icmp.type >= 130 && icmp.type <= 132) || icmp.type == 143;
  if (is_listener) return Reason::multicast_listener;
  const bool is_neighbour = icmp.type >= 133 && icmp.type <= 137;
  return is_neighbour ? Reason::neighbour_discovery : Reason::icmp_not_error;
}

}  // namespace

[[gnu::flatten]] std::optional<Reason> read_icmp_error(const IpPacket& packet, IcmpError& error) {
  const View message = packet.payload;
  if (message.size() < icmp_header_size) return Reason::icmp_truncated;
  const IcmpNumbers icmp{
      .family = packet.header.source.family(), .type = message.u8(0), .code = message.u8(1)};
  const IcmpMeaning meaning = tracetcp::meaning(icmp);
  if (meaning == IcmpMeaning::none) return reason_of(icmp);
  const auto fault = read_quote(icmp.family, message.after(icmp_header_size), error.quote);
  if (fault) return fault;
  error.ip = packet.header;
  error.icmp = icmp;
  if (meaning == IcmpMeaning::too_big) {
    error.next_hop_mtu = read_next_hop_mtu(icmp.family, message);
  }
  if (meaning == IcmpMeaning::redirect) error.gateway = Address(message.u32(4));
  if (may_have_extension(message) && may_be_extended(icmp.family, meaning)) {
    error.mpls = read_mpls_labels(icmp.family, message);
  }
  return std::nullopt;
}

}  // namespace tracetcp::decoding
