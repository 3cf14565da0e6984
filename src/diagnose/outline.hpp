#pragma once

#include <tracetcp/trace.hpp>

#include <cstdint>
#include <optional>

namespace tracetcp::diagnosing {

/// What one look over all answers of a trace shows. Most traces have none of it: what it takes to
/// find something is looked for only where it is there, as each look over a trace costs as much as
/// to read some of its packets.
struct Outline {
  bool has_several = false;        ///< a SYN on the way has several answers
  bool has_quotes = false;         ///< an ICMP error's quote is kept
  bool answers_as_target = false;  ///< time-exceeded in the target's name
  /// A SYN expired, and another with no more TTL may have been answered in the target's name.
  bool may_expire_behind_end = false;
  std::optional<std::uint16_t> path_mtu;  ///< the least that an ICMP error names
};

Outline outline_of(const Trace& trace);

}  // namespace tracetcp::diagnosing
