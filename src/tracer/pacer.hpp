#pragma once

#include <tracetcp/strategy.hpp>

#include <array>

namespace tracetcp {

/// Keeps what all traces of a run send together gentle: on each hop, and on the whole.
class Pacer {
 public:
  explicit Pacer(const Strategy& strategy);

  /// When the next SYN with this TTL may leave.
  [[nodiscard]] TimePoint ready(Ttl ttl) const;

  /// Notes that a SYN with this TTL leaves now.
  void sent(Ttl ttl, TimePoint now);

 private:
  Duration hop_interval_{};
  Duration interval_{};
  std::array<TimePoint, 256> hop_ready_{};
  TimePoint ready_{};
};

}  // namespace tracetcp
