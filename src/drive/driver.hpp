#pragma once

#include "drive/task.hpp"
#include "drive/timers.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

namespace tracetcp {

/// Where the results of a run go.
struct Sink {
  Observer& observer;
  Tally& late;  ///< counts replies that changed nothing, by their reason
  /// Called with the sender of each reply before its task gets it; empty: not wanted.
  std::function<void(Address)> heard{};
};

/// How many tasks run side by side, and when their results are handed over.
struct Window {
  enum class Order : std::uint8_t {
    as_begun,  ///< a task that ended waits for those before it
    as_ended,  ///< at once, all of a task together
  };
  std::size_t under_way = 64;
  std::size_t kept = 1024;  ///< as_begun: how many may have begun and not been handed over
  Order order = Order::as_begun;
};

/// The one loop of all runs: sends what is due, waits, hands replies to the tasks that they belong
/// to, and results to the sink. It is driven from outside, by who has other deadlines too:
///
///   while (!driver.done()) {
///     driver.advance(prober.now());
///     if (!driver.done()) driver.step(std::min(driver.wake(), another_deadline));
///   }
///
/// 1. A task is looked at when the time that it asked for has come, or a reply to it.
/// 2. Those that are looked at together are so in the order in which they were handed out.
/// 3. The sink gets the results of one task at a time, in that order, or in that in which they end.
/// 4. A task begins when another has ended, whichever of the window that is.
class Driver {
 public:
  Driver(Prober& prober, TaskSource& source, Sink sink, Window window = {});

  /// All tasks are finished.
  [[nodiscard]] bool done() const { return window_.empty() && source_.exhausted(); }

  /// Begins tasks for which there is room and sends what is due. May throw Error, as step().
  void advance(TimePoint now);

  /// When there will be something to do for advance() or step(), unless a reply comes.
  [[nodiscard]] TimePoint wake() const;

  /// Waits for replies, but not beyond `until`, and takes what came.
  void step(TimePoint until);

  /// Ends what is under way as it stands. Where nothing has begun, the first task is reported as
  /// one of which nothing is known.
  void cut_short(Task::EndedBy by);

 private:
  struct Entry {
    Task* task;  ///< null: it is handed over
    std::uint32_t first_id;
    std::uint32_t ids;
  };

  void fill(TimePoint now);
  bool begin_next(TimePoint now);
  void send(TimePoint now);
  void settle(TimePoint now);
  void take(const Reply& reply);
  void take_refused();
  void hand_over(TimePoint now);
  void hand_over_ended(std::uint32_t number, TimePoint now);
  void finish(Entry& entry);
  void drop_finished();

  [[nodiscard]] bool has_room() const {
    return under_way_ < limits_.under_way && (is_as_ended() || window_.size() < limits_.kept);
  }
  [[nodiscard]] bool is_as_ended() const { return limits_.order == Window::Order::as_ended; }

  /// Tasks are numbered in the order in which they were handed out.
  [[nodiscard]] std::uint32_t first_number() const {
    return begun_ - static_cast<std::uint32_t>(window_.size());
  }
  [[nodiscard]] Task& task(std::uint32_t number) { return *window_[number - first_number()].task; }
  /// The number of the task that has that trace; empty: it is no more in the window.
  [[nodiscard]] std::optional<std::uint32_t> owner_of(std::uint32_t id) const;
  [[nodiscard]] bool owns(std::size_t place, std::uint32_t id) const;

  Prober& prober_;
  TaskSource& source_;
  const Sink sink_;
  const Window limits_;
  std::deque<Entry> window_;
  Timers timers_;
  std::uint32_t begun_ = 0;
  std::uint32_t next_id_ = 0;
  std::size_t under_way_ = 0;  // of the window those that are not done
  std::vector<std::uint32_t> always_due_;
  std::vector<std::uint32_t> due_;  // kept for its memory, as is
  std::vector<Probe> probes_;
};

/// Runs the driver to its end, or until `interrupted` says so. Beside it `meanwhile` gets its turns
/// (null: nothing does). Throws Error from the prober, after handing over what is known.
void drive(Driver& driver, Prober& prober, const std::function<bool()>& interrupted,
           Meanwhile* meanwhile);

}  // namespace tracetcp
