// A captured frame: two bytes choose the link type, the rest is the frame.

#include "fuzz.hpp"

#include <tracetcp/decode.hpp>

using namespace tracetcp;

namespace {

void check(const IcmpError& error, std::size_t size) {
  const int type = error.icmp.type;
  HOLDS(type == 3 || type == 4 || type == 5 || type == 11 || type == 12);
  HOLDS(error.ip.protocol == 1);
  HOLDS(error.quote.ip.protocol == 6);
  HOLDS(error.gateway.has_value() == (type == 5));
  if (error.next_hop_mtu) HOLDS(type == 3 && error.icmp.code == 4 && *error.next_hop_mtu != 0);
  if (!error.mpls.empty()) HOLDS(type != 4 && type != 5);
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
    HOLDS(segment->ip.protocol == 6);
    HOLDS(segment->tcp.rest.has_value());
  } else {
    check(std::get<IcmpError>(decoded), frame.bytes.size());
  }
}
