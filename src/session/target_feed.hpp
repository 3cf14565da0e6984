#pragma once

#include <tracetcp/port_list.hpp>

#include <cstddef>
#include <optional>
#include <string>

namespace tracetcp {

/// A line of a list of targets.
struct TargetLine {
  std::size_t line = 0;  ///< its number in the list, from 1
  std::string host;      ///< checked for its form only; an IPv6 address without brackets
  PortList ports;        ///< one at least
};

/// Where a run gets its targets from, as it has room for them: a file, or what comes through a
/// pipe.
class TargetFeed {
 public:
  virtual ~TargetFeed() = default;

  /// The next line; empty: there is none (yet). Throws UsageError where a line is malformed.
  virtual std::optional<TargetLine> next() = 0;

  /// Whether there will be none any more.
  [[nodiscard]] virtual bool exhausted() const = 0;

  /// Whether a line that next() has yet to return is known to name that host.
  [[nodiscard]] virtual bool will_name(const std::string& /*host*/) const { return false; }
};

}  // namespace tracetcp
