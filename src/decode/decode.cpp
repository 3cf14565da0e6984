#include "decode/checksum.hpp"
#include "decode/icmp.hpp"
#include "decode/ip.hpp"
#include "decode/link_layer.hpp"
#include "decode/tcp.hpp"
#include "decode/tunnel.hpp"

#include <tracetcp/decode.hpp>

#include <optional>
#include <utility>
#include <variant>

namespace tracetcp {
namespace {

using decoding::View;

bool is_wanted(const decoding::IpPacket& packet) {
  const std::uint8_t protocol = packet.header.protocol;
  if (protocol == decoding::protocol_tcp) return true;
  return protocol == (packet.header.family() == Family::ipv4 ? decoding::protocol_icmp
                                                             : decoding::protocol_icmpv6);
}

/// Takes a packet of TCP or ICMP out of the tunnels that it lies in. `fault` is that of the
/// outermost packet, if it has one. Empty: `bytes` begin with the IP header of the packet that was
/// found, and `packet` has it; else why not. Never inlined, see decode().
[[gnu::noinline]] std::optional<Reason> find_packet_in_tunnels(decoding::Parsed<View>& bytes,
                                                               decoding::IpPacket& packet,
                                                               std::optional<Reason> fault,
                                                               decoding::Nesting& nesting) {
  while (!fault && !is_wanted(packet)) {
    bytes = decoding::read_tunnel(packet.header.protocol, packet.payload, nesting);
    if (!bytes) return bytes.reason();
    packet = {};
    fault = decoding::read_ip(*bytes, packet);
  }
  return fault;
}

/// The same of a frame from its link layer on.
[[gnu::flatten]] std::optional<Reason> find_packet(decoding::Parsed<View>& bytes,
                                                   decoding::IpPacket& packet,
                                                   decoding::Nesting& nesting) {
  if (!bytes) return bytes.reason();
  const auto fault = decoding::read_ip(*bytes, packet);
  if (!fault && is_wanted(packet)) [[likely]]
    return fault;
  return find_packet_in_tunnels(bytes, packet, fault, nesting);
}

// What they return comes into being where it stays, as it is large.

[[gnu::flatten]] Decoded decode_segment(View bytes, const decoding::IpPacket& packet,
                                        Arrival arrival) {
  Decoded decoded(std::in_place_type<TcpSegment>);
  TcpSegment& segment = *std::get_if<TcpSegment>(&decoded);
  if (const auto fault = decoding::read_tcp(packet.payload, segment.tcp)) {
    decoded = *fault;
    return decoded;
  }
  segment.ip = packet.header;
  segment.arrival = arrival;
  if ((segment.tcp.rest->flags & (TcpRest::syn | TcpRest::rst)) != 0) {
    segment.arrival.wrong_checksum = decoding::has_wrong_checksum(bytes, packet);
  }
  return decoded;
}

[[gnu::flatten]] Decoded decode_error(View bytes, const decoding::IpPacket& packet,
                                      Arrival arrival) {
  Decoded decoded(std::in_place_type<IcmpError>);
  IcmpError& error = *std::get_if<IcmpError>(&decoded);
  if (const auto fault = decoding::read_icmp_error(packet, error)) {
    decoded = *fault;
    return decoded;
  }
  arrival.wrong_checksum = decoding::has_wrong_checksum(bytes, packet);
  error.arrival = arrival;
  return decoded;
}

}  // namespace

/// Flat: all that usual frames take is inlined where the bundle has it, as calls took a fifth of
/// the time. What others take is marked noinline. The functions that this one calls are marked
/// alike, as with clang the attribute goes no further than one call.
[[gnu::flatten]] Decoded decode(const Frame& frame) {
  decoding::Nesting nesting;
  decoding::IpPacket packet;
  auto bytes = decoding::read_link_layer(frame, nesting);
  if (const auto fault = find_packet(bytes, packet, nesting)) return *fault;
  const Arrival arrival{.vlan = nesting.vlan()};
  if (packet.header.protocol == decoding::protocol_tcp) {
    return decode_segment(*bytes, packet, arrival);
  }
  return decode_error(*bytes, packet, arrival);
}

}  // namespace tracetcp
