#include "decode/icmp.hpp"

#include "core/icmp_type.hpp"
#include "decode/extension.hpp"
#include "decode/tcp.hpp"

#include <optional>

namespace tracetcp::decoding {
namespace {

bool is_error(std::uint8_t type) {
  return type == icmp_type::destination_unreachable || type == icmp_type::source_quench ||
         type == icmp_type::redirect || type == icmp_type::time_exceeded ||
         type == icmp_type::parameter_problem;
}

/// The other two have no room for the length of the quote (RFC 4884, section 4).
bool may_be_extended(std::uint8_t type) {
  return type == icmp_type::destination_unreachable || type == icmp_type::time_exceeded ||
         type == icmp_type::parameter_problem;
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
std::optional<std::uint16_t> read_next_hop_mtu(View message) {
  constexpr std::uint8_t fragmentation_needed = 4;
  if (message.u8(0) != icmp_type::destination_unreachable ||
      message.u8(1) != fragmentation_needed) {
    return std::nullopt;
  }
  const std::uint16_t mtu = message.u16(6);
  return mtu != 0 ? std::optional(mtu) : std::nullopt;
}

}  // namespace

std::optional<Reason> read_icmp_error(const IpPacket& packet, IcmpError& error) {
  const View message = packet.payload;
  if (message.size() < icmp_header_size) return Reason::icmp_truncated;
  if (!is_error(message.u8(0))) return Reason::icmp_not_error;
  const auto fault = read_quote(message.after(icmp_header_size), error.quote);
  if (fault) return fault;
  error.ip = packet.header;
  error.type = message.u8(0);
  error.code = message.u8(1);
  error.next_hop_mtu = read_next_hop_mtu(message);
  if (error.type == icmp_type::redirect) error.gateway = Address(message.u32(4));
  if (may_be_extended(error.type)) error.mpls = read_mpls_labels(message);
  return std::nullopt;
}

}  // namespace tracetcp::decoding
