#pragma once

#include <tracetcp/number.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace tracetcp {

/// HOST[:PORT|:SERVICE] taken apart.
struct Target {
  std::string host;  ///< a name or an IPv4 address, checked for its form only
  std::optional<Port> port;
};

/// Service names are looked up in the system's services for TCP. Throws UsageError.
Target read_target(std::string_view text);

}  // namespace tracetcp
