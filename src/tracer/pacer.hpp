#pragma once

#include "tracer/responder.hpp"

#include <tracetcp/strategy.hpp>

#include <algorithm>
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

  /// When the next trace may begin, whose lowest TTL this is: once its first SYN may leave, and so
  /// far behind the last one that all that a trace asks of a hop has room between two.
  [[nodiscard]] TimePoint may_begin(Ttl first) const { return std::max(next_begin_, ready(first)); }

  /// Notes that a trace begins now.
  void began(TimePoint now) { next_begin_ = now + between_traces_; }

  /// Notes that a SYN of this trace was answered: by the hop of that TTL, or by what ends its path.
  void answered_by_hop(Ttl ttl, std::uint32_t trace, TimePoint time);
  void answered_by_end(TimePoint time);

  /// When anything answered any trace for the first time; never: nothing has yet.
  [[nodiscard]] TimePoint first_answer() const { return first_answer_; }

  /// When the next SYN at all may leave.
  [[nodiscard]] TimePoint ready() const { return ready_; }

  [[nodiscard]] Responder& at(Ttl ttl) { return responders_[ttl.value]; }
  [[nodiscard]] const Responder& at(Ttl ttl) const { return responders_[ttl.value]; }

 private:
  Duration interval_{};
  std::array<Responder, 256> responders_;
  Duration between_traces_;
  TimePoint next_begin_{};
  TimePoint ready_{};
  TimePoint first_answer_ = never;
};

}  // namespace tracetcp
