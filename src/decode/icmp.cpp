#include "decode/icmp.hpp"

#include "decode/extension.hpp"
#include "decode/tcp.hpp"

#include <optional>

namespace tracetcp::decoding {
namespace {

/// The others have no room for the length of the quote (RFC 4884, section 4).
bool may_be_extended(IcmpNumbers icmp) {
  switch (meaning(icmp)) {
    case IcmpMeaning::unreachable:
    case IcmpMeaning::too_big:
    case IcmpMeaning::time_exceeded:
    case IcmpMeaning::parameter_problem:
      return true;
    case IcmpMeaning::source_quench:
    case IcmpMeaning::redirect:
    case IcmpMeaning::none:
      break;
  }
  return false;
}

/// Empty: the quote is read.
std::optional<Reason> read_quote(View bytes, IcmpError::Quote& quote) {
  IpPacket packet;
  if (const auto fault = read_quoted_ip(bytes, packet)) return fault;
  if (packet.header.protocol != protocol_tcp) return Reason::quote_not_tcp;
  quote.ip = packet.header;
  return read_quoted_tcp(packet.payload, quote.tcp);
}

/// The MTU in a "fragmentation needed" (RFC 1191, section 4). Routers older than that RFC leave
/// zero there, which tells nothing.
std::optional<std::uint16_t> read_next_hop_mtu(IcmpNumbers icmp, View message) {
  if (meaning(icmp) != IcmpMeaning::too_big) return std::nullopt;
  const std::uint16_t mtu = message.u16(6);
  return mtu != 0 ? std::optional(mtu) : std::nullopt;
}

}  // namespace

std::optional<Reason> read_icmp_error(const IpPacket& packet, IcmpError& error) {
  const View message = packet.payload;
  if (message.size() < icmp_header_size) return Reason::icmp_truncated;
  const IcmpNumbers icmp{
      .family = packet.header.source.family(), .type = message.u8(0), .code = message.u8(1)};
  if (meaning(icmp) == IcmpMeaning::none) return Reason::icmp_not_error;
  const auto fault = read_quote(message.after(icmp_header_size), error.quote);
  if (fault) return fault;
  error.ip = packet.header;
  error.icmp = icmp;
  error.next_hop_mtu = read_next_hop_mtu(icmp, message);
  if (meaning(icmp) == IcmpMeaning::redirect) error.gateway = Address(message.u32(4));
  if (may_have_extension(message) && may_be_extended(icmp)) error.mpls = read_mpls_labels(message);
  return std::nullopt;
}

}  // namespace tracetcp::decoding
