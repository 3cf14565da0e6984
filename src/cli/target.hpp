#pragma once

#include <tracetcp/port_list.hpp>

#include <string>
#include <string_view>

namespace tracetcp::cli {

/// HOST[:PORTS] taken apart; an IPv6 address may stand in brackets, and must where ports follow.
struct Target {
  std::string host;  ///< a name or an address, checked for its form only
  PortList ports;    ///< empty: none were given
  std::string zone;  ///< the interface behind an IPv6 address and "%"; empty: none
  std::string note;  ///< what it could have been meant as instead; empty: nothing
};

/// Throws UsageError.
Target read_target(std::string_view text);

}  // namespace tracetcp::cli
