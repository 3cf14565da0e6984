#include "decode/checksum.hpp"
#include "decode/icmp.hpp"
#include "decode/ip.hpp"
#include "decode/link_layer.hpp"
#include "decode/tcp.hpp"
#include "decode/tunnel.hpp"

#include <tracetcp/decode.hpp>

#include <optional>

namespace tracetcp {
namespace {

using decoding::View;

/// Takes a packet of TCP or ICMP out of what it lies in. Empty: `bytes` begin with its IP header,
/// and `packet` has it; else why not.
std::optional<Reason> find_packet(decoding::Parsed<View>& bytes, decoding::IpPacket& packet,
                                  decoding::Nesting& nesting) {
  while (true) {
    if (!bytes) return bytes.reason();
    const auto fault = decoding::read_ip(*bytes, packet);
    if (fault == Reason::ipv6) {
      bytes = decoding::read_tunnel_over_ipv6(*bytes, nesting);
      continue;
    }
    if (fault) return fault;
    const std::uint8_t protocol = packet.header.protocol;
    if (protocol == decoding::protocol_tcp || protocol == decoding::protocol_icmp) return {};
    bytes = decoding::read_tunnel(protocol, packet.payload, nesting);
  }
}

}  // namespace

Decoded decode(const Frame& frame) {
  Decoded decoded(Reason::not_tcp_or_icmp);  // what it is comes into being where it stays
  decoding::Nesting nesting;
  decoding::IpPacket packet;
  auto bytes = decoding::read_link_layer(frame, nesting);
  auto fault = find_packet(bytes, packet, nesting);
  if (fault) {
    decoded = *fault;
    return decoded;
  }
  Arrival arrival{.vlan = nesting.vlan()};
  if (packet.header.protocol == decoding::protocol_tcp) {
    auto& segment = decoded.emplace<TcpSegment>();
    segment.ip = packet.header;
    fault = decoding::read_tcp(packet.payload, segment.tcp);
    if (!fault && (segment.tcp.rest->flags & (TcpRest::syn | TcpRest::rst)) != 0) {
      arrival.wrong_checksum = decoding::has_wrong_checksum(*bytes, packet);
    }
    segment.arrival = arrival;
  } else if (packet.header.protocol == decoding::protocol_icmp) {
    auto& error = decoded.emplace<IcmpError>();
    fault = decoding::read_icmp_error(packet, error);
    if (!fault) arrival.wrong_checksum = decoding::has_wrong_checksum(*bytes, packet);
    error.arrival = arrival;
  }
  if (fault) decoded = *fault;
  return decoded;
}

}  // namespace tracetcp
