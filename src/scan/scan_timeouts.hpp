#pragma once

#include <tracetcp/strategy.hpp>

namespace tracetcp {

/// How long a scan waits, from the round-trip times that the target has shown (RFC 6298 with other
/// limits).
class ScanTimeouts {
 public:
  explicit ScanTimeouts(const Strategy& strategy) : strategy_(strategy) {}

  void heard(Duration round_trip);

  [[nodiscard]] Duration round_trip() const { return smoothed_; }

  /// When the answer to a SYN should have come: it counts as missing then, but may still come.
  [[nodiscard]] Duration answer() const;

  /// From one try of a port to the next.
  [[nodiscard]] Duration between_tries() const;

  /// From the last try of a port to the verdict that it is silent.
  [[nodiscard]] Duration last_wait() const;

 private:
  const Strategy& strategy_;
  Duration smoothed_{};
  Duration deviation_{};
};

}  // namespace tracetcp
