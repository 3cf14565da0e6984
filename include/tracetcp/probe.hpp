#pragma once

#include <tracetcp/address.hpp>
#include <tracetcp/number.hpp>

#include <compare>
#include <cstdint>

namespace tracetcp {

/// Names a probe within one run of the program.
struct ProbeId {
  std::uint32_t trace = 0;  ///< which trace, counted from 0
  std::uint32_t index = 0;  ///< which probe of that trace, counted from 0 in the order of sending

  constexpr auto operator<=>(const ProbeId&) const = default;
};

/// One SYN that a strategy wants on the wire.
struct Probe {
  ProbeId id;
  Endpoint target;
  Ttl ttl;
  int attempt = 1;  ///< which probe to this TTL of this trace, counted from 1

  constexpr bool operator==(const Probe&) const = default;
};

}  // namespace tracetcp
