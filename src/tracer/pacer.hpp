#pragma once

#include "tracer/responder.hpp"

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

  /// When the next SYN at all may leave.
  [[nodiscard]] TimePoint ready() const { return ready_; }

  [[nodiscard]] Responder& at(Ttl ttl) { return responders_[ttl.value]; }
  [[nodiscard]] const Responder& at(Ttl ttl) const { return responders_[ttl.value]; }

 private:
  Duration interval_{};
  std::array<Responder, 256> responders_;
  TimePoint ready_{};
};

}  // namespace tracetcp
