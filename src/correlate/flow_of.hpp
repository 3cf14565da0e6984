#pragma once

#include <tracetcp/decode.hpp>
#include <tracetcp/syn.hpp>

namespace tracetcp {

/// The ends of a packet, from its headers.
inline Flow flow_of(const IpHeader& ip, const TcpHeader& tcp) {
  return {.source = {ip.source, tcp.source}, .target = {ip.destination, tcp.destination}};
}

/// Of what answers a packet of that flow.
inline Flow reversed(const Flow& flow) {
  return {.source = flow.target, .target = flow.source};
}

/// Whether a TCP header has that timestamp; none has that of zero.
inline bool has_timestamp(const TcpHeader& tcp, TsVal value) {
  if (!tcp.rest || value == TsVal{}) return false;
  const auto& timestamps = tcp.rest->options.timestamps;
  return timestamps && timestamps->value == value;
}

}  // namespace tracetcp
