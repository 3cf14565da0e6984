#include "correlate/stray_of.hpp"

namespace tracetcp {
namespace {

Stray received(StrayKind kind, const IpHeader& ip, const Arrival& arrival, TimePoint time) {
  Stray stray{.kind = kind, .from = {.address = ip.source, .port = {}}};
  if (kind == StrayKind::other_vlan) stray.vlan = arrival.vlan;
  stray.reply_ttl = ip.ttl;
  stray.first = stray.last = time;
  return stray;
}

}  // namespace

Stray stray_of(StrayKind kind, const TcpSegment& segment, TimePoint time) {
  Stray stray = received(kind, segment.ip, segment.arrival, time);
  stray.from.port = segment.tcp.source;
  stray.resets = segment.has(TcpRest::rst);
  return stray;
}

Stray stray_of(StrayKind kind, const IcmpError& error, TimePoint time) {
  return received(kind, error.ip, error.arrival, time);
}

}  // namespace tracetcp
