#pragma once

#include <tracetcp/departure.hpp>
#include <tracetcp/error.hpp>
#include <tracetcp/time.hpp>

#include <optional>

namespace tracetcp {

/// A packet can't leave for a reason that may_pass().
class WayGone : public Error {
 public:
  using Error::Error;
};

/// This machine refuses a packet, but perhaps not the next one.
class PacketRefused : public Error {
 public:
  explicit PacketRefused(const Refusal& why) : Error(text(why)), refusal(why) {}

  Refusal refusal;
};

/// For how long to try again where the way out of this machine is gone: an interface that roams or
/// renegotiates is down for some 100 ms, and its routes are back a little later.
class Outage {
 public:
  static constexpr Duration between_tries = std::chrono::milliseconds(50);
  static constexpr Duration longest = std::chrono::seconds(10);

  /// Something left.
  void over() {
    has_sent_ = true;
    since_.reset();
  }

  /// Something could not leave. Returns whether to try again, at next_try(): not where nothing ever
  /// left, nor where that is so for too long.
  bool goes_on(TimePoint now) {
    if (!since_) since_ = now;
    next_try_ = now + between_tries;
    return has_sent_ && now - *since_ <= longest;
  }

  [[nodiscard]] TimePoint next_try() const { return next_try_; }

 private:
  bool has_sent_ = false;
  std::optional<TimePoint> since_;
  TimePoint next_try_{};
};

}  // namespace tracetcp
