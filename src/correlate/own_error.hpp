#pragma once

#include <tracetcp/decode.hpp>
#include <tracetcp/reply.hpp>

namespace tracetcp {

/// Whether this machine's kernel says to itself that it did not send a SYN. Of a SYN to this
/// machine it is an answer like any other.
inline bool is_own_error(const IcmpError& error) {
  return error.ip.source == error.ip.destination && error.ip.source != error.quote.ip.destination &&
         kind_of_icmp(error.icmp) == ReplyKind::unreachable;
}

}  // namespace tracetcp
