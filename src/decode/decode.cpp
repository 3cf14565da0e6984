#include "decode/icmp.hpp"
#include "decode/ip.hpp"
#include "decode/link_layer.hpp"
#include "decode/tcp.hpp"

#include <tracetcp/decode.hpp>

#include <optional>

namespace tracetcp {

Decoded decode(const Frame& frame) {
  Decoded decoded(Reason::not_tcp_or_icmp);  // what it is comes into being where it stays
  auto bytes = decoding::read_link_layer(frame);
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
  } else if (packet.header.protocol == decoding::protocol_icmp) {
    fault = decoding::read_icmp_error(packet, decoded.emplace<IcmpError>());
  }
  if (fault) decoded = *fault;
  return decoded;
}

}  // namespace tracetcp
