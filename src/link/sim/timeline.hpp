#pragma once

#include <tracetcp/time.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

namespace tracetcp::sim {

/// Virtual time, and what is to happen in it. What is due at the same time happens in the order in
/// which it was planned.
class Timeline {
 public:
  explicit Timeline(TimePoint start) : now_(start) {}

  [[nodiscard]] TimePoint now() const { return now_; }
  /// When something happens next; never: nothing is planned.
  [[nodiscard]] TimePoint next() const { return plan_.empty() ? never : plan_.front().time; }

  /// Plans an action, not before now.
  void at(TimePoint time, std::function<void()> action) {
    plan_.push_back({std::max(time, now_), order_++, std::move(action)});
    std::push_heap(plan_.begin(), plan_.end());
  }

  /// Moves to the next action's time and does it. Something must be planned.
  void run_next() {
    std::pop_heap(plan_.begin(), plan_.end());
    const Event event = std::move(plan_.back());
    plan_.pop_back();
    now_ = event.time;
    event.action();
  }

  /// Lets time pass in which nothing is planned.
  void advance(TimePoint to) { now_ = std::max(now_, to); }

 private:
  struct Event {
    TimePoint time;
    std::uint64_t order = 0;
    std::function<void()> action;

    // The earliest is to be on top of the heap, where the standard has the greatest.
    bool operator<(const Event& other) const {
      return time != other.time ? time > other.time : order > other.order;
    }
  };

  TimePoint now_;
  std::uint64_t order_ = 0;
  std::vector<Event> plan_;
};

}  // namespace tracetcp::sim
