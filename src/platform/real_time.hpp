#pragma once

#include <tracetcp/time.hpp>

namespace tracetcp {

class Waker;

/// One moment by both clocks.
struct ClockReading {
  TimePoint steady;  ///< see SteadyRealTime
  TimePoint real;    ///< by the system's real-time clock
};

/// The clock of waits: the real time at the start, carried on by the monotonic clock. It does not
/// follow steps of the real-time clock (NTP, an administrator, the end of a suspend).
class SteadyRealTime {
 public:
  SteadyRealTime();

  [[nodiscard]] TimePoint now() const;

  /// Both clocks, read within some microseconds.
  [[nodiscard]] ClockReading read() const;

 private:
  Duration offset_;
};

/// The kernel stamps packets by the real-time clock. This puts such stamps on the clock of waits,
/// so that both can be compared and a step between two stamps changes no time between them.
class SteadyStamps {
 public:
  /// `now` was read after the packet was received, as soon as possible.
  ///
  /// 1. As long as the clocks are as far apart as before, a stamp is moved by that distance.
  /// 2. After a step a stamp may have been made before or after it. Of both readings the later is
  ///    right that is not in the future: a packet waits for its reader a shorter time than steps
  ///    take, and it was not stamped after it was read.
  TimePoint steady(TimePoint stamp, const ClockReading& now);

 private:
  Duration ahead_{};  // of the real-time clock when the last stamp was made
};

/// Waits until the waker, or either of two, is notified, or for that moment; a signal ends it
/// early. Throws Error.
void wait_notified(const Waker& waker, TimePoint until, const SteadyRealTime& clock);
void wait_notified(const Waker& one, const Waker& other, TimePoint until,
                   const SteadyRealTime& clock);

}  // namespace tracetcp
