#pragma once

#include <tracetcp/address.hpp>

#include <string>
#include <vector>

namespace tracetcp {

/// How SYNs to one of many targets leave.
struct WayOut {
  Address source;
  std::string interface;            ///< empty: none
  std::vector<std::string> limits;  ///< what the method can't know or keep there, one clause each
  bool is_short_lived = false;      ///< a probe waits less for its answer than usual, see Strategy
};

/// Finds how SYNs to each of many targets leave.
class WaysOut {
 public:
  virtual ~WaysOut() = default;

  /// To be called for a target before anything is sent to it. Throws Error where there is no way.
  virtual WayOut to(Address target, Port port) = 0;

  /// What to() said of a target.
  [[nodiscard]] virtual Address source_of(Address target) const = 0;
};

}  // namespace tracetcp
