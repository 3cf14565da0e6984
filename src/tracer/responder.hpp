#pragma once

#include "tracer/suspects.hpp"

#include <tracetcp/time.hpp>

#include <cstdint>
#include <optional>
#include <unordered_set>

namespace tracetcp {

/// Whoever answers the SYNs of one TTL, as all traces of a run meet it: how fast it may be asked,
/// and whether its silence about a port means anything.
///
/// Most routers limit their ICMP errors (Linux by default to one a second and destination, after a
/// burst of six), so silence may be a rate limit where the same TTL has answered other ports. It is
/// then settled by asking again when nothing was asked for `recovery`: several suspected ports at
/// once, for where none of them is answered then, none is on the way to it. Where some are, the
/// limit was met: the others wait for the next turn, fewer at once, and everybody slows down.
///
/// Where nothing keeps SYNs apart (Strategy::anti_flood) that limit may be one that a gentle pace
/// would not have met: the others are then first asked at such a pace, beside all else.
class Responder {
 public:
  /// A limiter of one answer a second has recovered after it.
  static constexpr Duration recovery = std::chrono::milliseconds(1050);

  /// `gentle`: between SYNs as long as all are answered.
  explicit Responder(Duration gentle = {});

  /// Where those under suspicion would need longer to take their turns, traces whose end is known
  /// do without the hops on their way.
  static constexpr Duration patience = std::chrono::seconds(16);

  /// When a SYN may leave that is not about a suspicion.
  [[nodiscard]] TimePoint ready() const;

  void sent(TimePoint now) { last_sent_ = now; }
  void answered(std::uint32_t trace);

  /// Whether it answered another trace than this one.
  [[nodiscard]] bool answers_others(std::uint32_t trace) const;

  /// Its silence about this trace is suspected to be its rate limit, until it answers,
  /// is_filtered() says that it means what it seems to, or the trace withdraws.
  void suspect(std::uint32_t trace, TimePoint now);
  void withdraw(std::uint32_t trace);

  /// The same, and its silence means what it seems to.
  void give_up(std::uint32_t trace);

  /// Whether it answers so seldom that suspicions would take too long: traces whose end is known
  /// should give theirs up, and it is not asked at its own pace any more.
  [[nodiscard]] bool is_overrun() const { return is_overrun_; }
  [[nodiscard]] bool is_filtered(std::uint32_t trace) const { return filtered_.contains(trace); }
  [[nodiscard]] bool is_suspected_by(std::uint32_t trace) const;

  /// Whether a suspected trace may ask again now; recheck() says that it did, and until when it
  /// waits.
  [[nodiscard]] bool may_recheck(std::uint32_t trace, TimePoint now) const;
  void recheck(std::uint32_t trace, TimePoint now, TimePoint until);

  /// When there is something to do about the suspicion of this trace.
  [[nodiscard]] TimePoint wake(std::uint32_t trace) const;

  /// Draws the conclusions of a turn that is over.
  void conclude(TimePoint now);

 private:
  /// Suspected ports that were asked again together.
  struct Turn {
    TimePoint began;
    TimePoint until;
    Suspects asked;  ///< and not answered
    std::size_t answered = 0;
  };

  [[nodiscard]] bool is_gentle() const { return gentle_ != Duration{}; }
  void slow_down();
  void requeue(const Suspects& unanswered);

  Duration gentle_;
  Duration interval_;
  TimePoint last_sent_{};
  std::optional<std::uint32_t> first_answered_;
  bool answered_several_ = false;
  Suspects suspicions_;  // waiting for a turn
  Suspects slowed_;      // waiting to be asked at a gentle pace
  std::unordered_set<std::uint32_t> were_slowed_;
  bool is_overrun_ = false;
  TimePoint first_suspicion_{};
  std::optional<Turn> turn_;
  std::size_t at_once_;
  std::unordered_set<std::uint32_t> filtered_;
};

}  // namespace tracetcp
