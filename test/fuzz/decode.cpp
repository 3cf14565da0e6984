// A captured frame: two bytes choose the link type, the rest is the frame.

#include "fuzz.hpp"

#include <tracetcp/decode.hpp>

using namespace tracetcp;

namespace {

/// What holds of any IP header: what one family alone has is empty in those of the other.
void check(const IpHeader& ip) {
  const bool is_ipv4 = ip.family() == Family::ipv4;
  HOLDS(ip.destination.family() == ip.family());
  HOLDS(ip.flow_label.value < (is_ipv4 ? 1U : 1U << 20));
  if (is_ipv4) {
    HOLDS(ip.total_length < 1U << 16);
  } else {
    HOLDS(ip.id == IpId{} && !ip.dont_fragment);
    HOLDS(ip.total_length == 0 || ip.total_length > 40);
  }
}

void check(const IcmpError& error, std::size_t size) {
  const int type = error.icmp.type;
  const bool is_ipv4 = error.icmp.family == Family::ipv4;
  check(error.ip);
  check(error.quote.ip);
  HOLDS(error.ip.family() == error.icmp.family);
  HOLDS(error.quote.ip.family() == error.icmp.family);
  HOLDS(error.ip.protocol == (is_ipv4 ? 1 : 58));
  HOLDS(error.quote.ip.protocol == 6);
  if (is_ipv4) {
    HOLDS(type == 3 || type == 4 || type == 5 || type == 11 || type == 12);
    if (error.next_hop_mtu) HOLDS(type == 3 && error.icmp.code == 4 && *error.next_hop_mtu != 0);
    if (!error.mpls.empty()) HOLDS(type != 4 && type != 5);
  } else {
    HOLDS(type >= 1 && type <= 4);
    if (error.next_hop_mtu) HOLDS(type == 2 && *error.next_hop_mtu != 0);
    if (!error.mpls.empty()) HOLDS(type == 1 || type == 3);
  }
  HOLDS(error.gateway.has_value() == (is_ipv4 && type == 5));
  HOLDS(error.mpls.size() <= size / 4);
  for (const MplsLabel& label : error.mpls) {
    HOLDS(label.label < 1U << 20);
    HOLDS(label.traffic_class < 8);
  }
}

}  // namespace

FUZZ_TARGET(decode) {
  fuzz::Reader reader(input);
  Frame frame;
  frame.link_type = static_cast<LinkType>(reader.u16());
  frame.bytes = reader.rest();
  frame.original_length = static_cast<std::uint32_t>(frame.bytes.size());

  const Decoded decoded = decode(frame);
  if (const auto* reason = std::get_if<Reason>(&decoded)) {
    HOLDS(*reason < Reason::not_ours);  // those from there on are not decode's
    HOLDS(!name(*reason).empty());
  } else if (const auto* segment = std::get_if<TcpSegment>(&decoded)) {
    check(segment->ip);
    HOLDS(segment->ip.protocol == 6);
    HOLDS(segment->tcp.rest.has_value());
  } else {
    check(std::get<IcmpError>(decoded), frame.bytes.size());
  }
}
