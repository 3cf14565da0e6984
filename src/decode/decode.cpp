#include "decode/checksum.hpp"
#include "decode/icmp.hpp"
#include "decode/ip.hpp"
#include "decode/link_layer.hpp"
#include "decode/tcp.hpp"

#include <tracetcp/decode.hpp>

#include <optional>

namespace tracetcp {

Decoded decode(const Frame& frame) {
  Decoded decoded(Reason::not_tcp_or_icmp);  // what it is comes into being where it stays
  Arrival arrival;
  auto bytes = decoding::read_link_layer(frame, arrival.vlan);
  if (!bytes) {
    decoded = bytes.reason();
    return decoded;
  }
  decoding::IpPacket packet;
  auto fault = decoding::read_ip(*bytes, packet);
  if (fault) {
    decoded = *fault;
    return decoded;
  }
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
