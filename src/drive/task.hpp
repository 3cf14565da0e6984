#pragma once

#include <tracetcp/engine.hpp>
#include <tracetcp/prober.hpp>
#include <tracetcp/reason.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace tracetcp {

/// What a Driver runs beside others: one trace, the search for all paths, a scan. It does no I/O
/// and has no clock. It owns the traces (ProbeId::trace) from its first one on, ids() in a row.
///
/// 1. next() is called when wake() says so, or something came for it (or always, see
///    is_always_due()); what it appends is sent.
/// 2. settle() follows next(), and every wait that ended in the one or the other.
/// 3. Its results are asked for by begin(), report() and finish(), once all that was handed out
///    before it is finished. report() is called after every settle() of any task.
class Task {
 public:
  virtual ~Task() = default;

  /// How many traces it has to the prober.
  [[nodiscard]] virtual std::uint32_t ids() const { return 1; }

  /// Whether it is looked at after every wait, even when wake() would be later: it does much at a
  /// time, and takes the occasion.
  [[nodiscard]] virtual bool is_always_due() const { return false; }

  /// Appends the probes that are due. They count as sent.
  virtual void next(TimePoint now, std::vector<Probe>& due) = 0;

  /// A probe was captured on its way out.
  virtual void sent(const SentProbe& /*probe*/) {}

  /// This machine did not send a probe.
  virtual void refused(const ProbeId& /*id*/) {}

  /// Takes a reply to one of its probes. Returns why that changes nothing; empty: it does.
  virtual std::optional<Reason> on(const Reply& reply) = 0;

  /// Draws conclusions from what did not come until now.
  virtual void settle(TimePoint now) = 0;

  /// When next() or settle() may have something new, if no reply comes before.
  [[nodiscard]] virtual TimePoint wake() const = 0;

  [[nodiscard]] virtual bool done() const = 0;

  enum class EndedBy : std::uint8_t { user, error };
  /// It is done as it stands.
  virtual void cut_short(TimePoint now, EndedBy by) = 0;

  virtual void begin(Observer& observer) = 0;
  /// Something of it left or came.
  virtual void progressed(Observer& /*observer*/) {}
  /// Hands over what has become certain.
  virtual void report(Observer& observer, TimePoint now) = 0;
  /// It is done, and all of it was reported.
  virtual void finish(Observer& observer, Prober& prober) = 0;
};

/// Hands out the tasks of a run, one after the other, as the driver's window has room: the ports of
/// a target, the lines of a file, the rounds of a watch. It owns them.
class TaskSource {
 public:
  virtual ~TaskSource() = default;

  /// The next task, whose first trace is to have that number; null: there is none (yet). The driver
  /// asks again after every wait.
  virtual Task* next(std::uint32_t first_id, TimePoint now) = 0;

  /// Whether there will be none any more.
  [[nodiscard]] virtual bool exhausted() const = 0;

  /// When it may have one, where it has none now.
  [[nodiscard]] virtual TimePoint wake() const { return never; }

  /// That task is finished and may be forgotten. They end in the order in which they were handed
  /// out, unless the driver hands them over as they end.
  virtual void ended(Task& /*task*/) {}
};

/// Hands out one task, which its caller owns.
class OneTask final : public TaskSource {
 public:
  explicit OneTask(Task& task) : task_(&task) {}

  Task* next(std::uint32_t /*first_id*/, TimePoint /*now*/) override {
    Task* task = task_;
    task_ = nullptr;
    return task;
  }
  [[nodiscard]] bool exhausted() const override { return task_ == nullptr; }

 private:
  Task* task_;
};

}  // namespace tracetcp
