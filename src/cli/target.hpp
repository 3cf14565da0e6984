#pragma once

#include <tracetcp/port_list.hpp>

#include <string>
#include <string_view>

namespace tracetcp::cli {

/// HOST[:PORTS] taken apart.
struct Target {
  std::string host;  ///< a name or an IPv4 address, checked for its form only
  PortList ports;    ///< empty: none were given
};

/// Throws UsageError.
Target read_target(std::string_view text);

}  // namespace tracetcp::cli
