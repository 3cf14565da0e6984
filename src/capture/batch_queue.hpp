#pragma once

#include "platform/waker.hpp"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

namespace tracetcp {

/// Carries batches from one thread to another, and back those that the other is done with: what one
/// thread gets memory for and another gives back costs both of them time. Bounded: who puts waits.
template <class Batch>
class BatchQueue {
 public:
  static constexpr std::size_t most = 8;

  enum class Taken { batch, none_yet, end };

  /// `filled` is notified of a batch where there was none, and of the end.
  explicit BatchQueue(const Waker& filled) : filled_(filled) {}

  /// Waits for room. The batch is exchanged for one that was given back, or an empty one. False: no
  /// more are taken.
  bool put(Batch& batch) {
    bool was_empty = false;
    {
      std::unique_lock lock(mutex_);
      room_.wait(lock, [&] { return full_.size() < most || stopped_; });
      if (stopped_) return false;
      was_empty = full_.empty();
      full_.push_back(std::exchange(batch, {}));
      if (!used_.empty()) {
        batch = std::move(used_.back());
        used_.pop_back();
      }
    }
    if (was_empty) filled_.notify();
    return true;
  }

  /// No more will be put.
  void end() {
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
    }
    filled_.notify();
  }

  /// The next batch, in exchange for one that is given back; does not wait.
  Taken take(Batch& batch) {
    bool is_half_empty = false;
    {
      const std::lock_guard lock(mutex_);
      if (full_.empty()) return ended_ ? Taken::end : Taken::none_yet;
      used_.push_back(std::exchange(batch, std::move(full_.front())));
      full_.pop_front();
      is_half_empty = full_.size() <= most / 2;
    }
    // To wake a thread takes long, so it is to find work for some time.
    if (is_half_empty) room_.notify_one();
    return Taken::batch;
  }

  /// No more will be taken.
  void stop() {
    {
      const std::lock_guard lock(mutex_);
      stopped_ = true;
    }
    room_.notify_one();
  }

 private:
  const Waker& filled_;
  std::condition_variable room_;
  std::mutex mutex_;         // guards all that follow
  std::deque<Batch> full_;   // in the order in which they were put
  std::vector<Batch> used_;  // given back
  bool ended_ = false;
  bool stopped_ = false;
};

}  // namespace tracetcp
