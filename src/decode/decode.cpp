#include "decode/icmp.hpp"
#include "decode/ip.hpp"
#include "decode/link_layer.hpp"
#include "decode/tcp.hpp"

#include <tracetcp/decode.hpp>

#include <utility>

namespace tracetcp {
namespace {

Decoded decode_tcp(const decoding::IpPacket& packet) {
  auto tcp = decoding::read_tcp(packet.payload);
  if (!tcp) return tcp.reason();
  return TcpSegment{packet.header, *tcp};
}

Decoded decode_icmp(const decoding::IpPacket& packet) {
  auto error = decoding::read_icmp_error(packet);
  if (!error) return error.reason();
  return std::move(*error);
}

}  // namespace

Decoded decode(const Frame& frame) {
  auto bytes = decoding::read_link_layer(frame);
  if (!bytes) return bytes.reason();
  auto packet = decoding::read_ip(*bytes);
  if (!packet) return packet.reason();
  switch (packet->header.protocol) {
    case decoding::protocol_tcp:
      return decode_tcp(*packet);
    case decoding::protocol_icmp:
      return decode_icmp(*packet);
    default:
      return Reason::not_tcp_or_icmp;
  }
}

}  // namespace tracetcp
