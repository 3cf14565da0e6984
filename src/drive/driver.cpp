#include "drive/driver.hpp"

#include <tracetcp/error.hpp>

#include <algorithm>
#include <utility>

namespace tracetcp {

Driver::Driver(Prober& prober, TaskSource& source, Sink sink, Window window)
    : prober_(prober), source_(source), sink_(std::move(sink)), limits_(window) {}

void Driver::advance(TimePoint now) {
  for (const std::uint32_t number : always_due_) timers_.set(number, {});
  fill(now);
  send(now);
  settle(now);  // time has passed: there may be nothing left to wait for
}

TimePoint Driver::wake() const {
  return has_room() ? std::min(timers_.next(), source_.wake()) : timers_.next();
}

void Driver::step(TimePoint until) {
  const auto replies = prober_.wait(until);
  for (const SentProbe& probe : prober_.sent()) {
    const auto number = owner_of(probe.id.trace);
    if (!number) continue;
    task(*number).sent(probe);
    timers_.set(*number, {});
  }
  for (const Reply& reply : replies) take(reply);
  take_refused();
  for (const std::uint32_t number : always_due_) timers_.set(number, {});
  settle(prober_.now());
}

void Driver::cut_short(Task::EndedBy by) {
  const TimePoint now = prober_.now();
  if (begun_ == 0) begin_next(now);
  for (const Entry& entry : window_) {
    if (entry.task != nullptr) entry.task->cut_short(now, by);
  }
  if (is_as_ended()) {
    for (std::uint32_t number = first_number(); number != begun_; ++number) {
      hand_over_ended(number, now);
    }
    drop_finished();
  }
  hand_over(now);
}

void Driver::fill(TimePoint now) {
  while (has_room() && begin_next(now)) {
  }
}

bool Driver::begin_next(TimePoint now) {
  Task* task = source_.next(next_id_, now);
  if (task == nullptr) return false;
  window_.push_back({.task = task, .first_id = next_id_, .ids = task->ids()});
  timers_.set(begun_, {});
  if (task->is_always_due()) always_due_.push_back(begun_);
  next_id_ += task->ids();
  ++begun_;
  ++under_way_;
  if (window_.size() == 1 && !is_as_ended()) task->begin(sink_.observer);
  return true;
}

bool Driver::owns(std::size_t place, std::uint32_t id) const {
  const Entry& entry = window_[place];
  return entry.task != nullptr && id >= entry.first_id && id - entry.first_id < entry.ids;
}

std::optional<std::uint32_t> Driver::owner_of(std::uint32_t id) const {
  if (window_.empty() || id < window_.front().first_id) return std::nullopt;
  // Where each has one trace, as usual, this is the one.
  std::size_t place = id - window_.front().first_id;
  if (place >= window_.size() || !owns(place, id)) {
    const auto after = std::upper_bound(
        window_.begin(), window_.end(), id,
        [](std::uint32_t one, const Entry& entry) { return one < entry.first_id; });
    place = static_cast<std::size_t>(after - window_.begin()) - 1;
    if (!owns(place, id)) return std::nullopt;
  }
  return first_number() + static_cast<std::uint32_t>(place);
}

void Driver::send(TimePoint now) {
  probes_.clear();
  timers_.find_due(now, due_);
  for (const std::uint32_t number : due_) task(number).next(now, probes_);
  if (probes_.empty()) return;
  prober_.send(probes_);
  take_refused();
  // Those of the first task come first.
  if (!is_as_ended() && owns(0, probes_.front().id.trace))
    window_.front().task->progressed(sink_.observer);
}

void Driver::settle(TimePoint now) {
  timers_.find_due(now, due_);
  for (const std::uint32_t number : due_) {
    Task& one = task(number);
    one.settle(now);
    const bool is_done = one.done();
    if (is_done) --under_way_;
    timers_.set(number, is_done ? never : one.wake());
    if (is_done && is_as_ended()) hand_over_ended(number, now);
  }
  if (is_as_ended()) {
    drop_finished();
  } else {
    hand_over(now);
  }
}

void Driver::take(const Reply& reply) {
  const bool may_be_forged = reply.kind == ReplyKind::stray;
  if (sink_.heard && !may_be_forged) sink_.heard(reply.from);
  const auto number = owner_of(reply.trace);
  if (!number) {
    sink_.late.add(Reason::late);
    return;
  }
  if (const auto why_not = task(*number).on(reply)) {
    sink_.late.add(*why_not);
    return;
  }
  if (!reply.answers_nothing()) timers_.set(*number, {});
  if (!is_as_ended() && *number == first_number()) window_.front().task->progressed(sink_.observer);
}

void Driver::take_refused() {
  for (const ProbeId& id : prober_.take_refused()) {
    const auto number = owner_of(id.trace);
    if (!number) continue;
    task(*number).refused(id);
    timers_.set(*number, {});
  }
}

/// Shows what is settled of the first task in the window, and of those behind it as they become the
/// first.
void Driver::hand_over(TimePoint now) {
  while (!window_.empty()) {
    // Null where it was finished, but the observer threw: its output can't be written.
    if (Task* first = window_.front().task; first != nullptr) {
      first->report(sink_.observer, now);
      if (!first->done()) return;
      finish(window_.front());
    }
    std::erase(always_due_, first_number());
    window_.pop_front();
    if (!window_.empty()) window_.front().task->begin(sink_.observer);
  }
}

void Driver::finish(Entry& entry) {
  Task& task = *std::exchange(entry.task, nullptr);
  task.finish(sink_.observer, prober_);
  source_.ended(task);
}

void Driver::hand_over_ended(std::uint32_t number, TimePoint now) {
  Entry& entry = window_[number - first_number()];
  if (entry.task == nullptr) return;
  entry.task->begin(sink_.observer);
  entry.task->report(sink_.observer, now);
  std::erase(always_due_, number);
  finish(entry);
}

void Driver::drop_finished() {
  while (!window_.empty() && window_.front().task == nullptr) window_.pop_front();
}

void drive(Driver& driver, Prober& prober, const std::function<bool()>& interrupted,
           Meanwhile* meanwhile) {
  const auto tick = [&](TimePoint now) {
    return meanwhile == nullptr ? never : meanwhile->tick(now);
  };
  try {
    while (!driver.done() && !interrupted()) {
      const TimePoint now = prober.now();
      tick(now);
      driver.advance(now);
      if (driver.done()) break;
      driver.step(std::min(driver.wake(), tick(now)));
      if (meanwhile != nullptr) meanwhile->stepped(prober.now());
    }
  } catch (const Error&) {
    driver.cut_short(Task::EndedBy::error);
    throw;
  }
  if (!driver.done()) driver.cut_short(Task::EndedBy::user);
}

}  // namespace tracetcp
