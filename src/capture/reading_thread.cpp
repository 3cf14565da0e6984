#include "capture/reading_thread.hpp"

#include "decode/link_layer.hpp"
#include "platform/interrupt.hpp"

#include <optional>
#include <system_error>
#include <utility>

namespace tracetcp {

ReadingThread::ReadingThread(Threading threading, SavefileReader& reader, InputWait* wait,
                             std::function<void()> when_idle)
    : reader_(reader),
      wait_(wait),
      when_idle_(std::move(when_idle)),
      order_(wait == nullptr ? std::nullopt : std::optional(InputWait::patience),
             [this](Batch& batch) {
               if (is_beside_) return queue_.put(batch);
               ready_.push_back(std::exchange(batch, {}));
               return true;
             }) {
  if (threading == Threading::at_once) return;
  if (wait_ != nullptr) wait_->when_stalled([this] { order_.flush(); });
  is_beside_ = true;
  try {
    thread_ = std::thread([this] { run(); });
  } catch (const std::system_error&) {
    is_beside_ = false;  // at once, then
  }
}

ReadingThread::~ReadingThread() {
  queue_.stop();
  if (thread_.joinable()) thread_.join();
  if (wait_ != nullptr) wait_->when_stalled({});
}

const ReadingThread::Read* ReadingThread::next() {
  if (at_ == batch_.size() && !take_batch()) return nullptr;
  return &batch_[at_++];
}

bool ReadingThread::take_batch() {
  at_ = 0;
  batch_.clear();
  if (!is_beside_) return read_batch();
  while (true) {
    switch (queue_.take(batch_)) {
      case BatchQueue<Batch>::Taken::batch:
        return true;
      case BatchQueue<Batch>::Taken::none_yet:
        when_idle_();
        wait_notified(filled_, never, clock_);
        filled_.drain();
        break;
      case BatchQueue<Batch>::Taken::end:
        thread_.join();
        if (failure_) std::rethrow_exception(failure_);
        return false;
    }
  }
}

/// What the thread would do, as far as the next batch.
bool ReadingThread::read_batch() {
  read_until([this] { return !ready_.empty(); });
  if (ready_.empty()) order_.flush();
  if (ready_.empty()) return false;
  batch_ = std::move(ready_.front());
  ready_.pop_front();
  return true;
}

/// Until that is so, or to the end. One loop: to call a function for each frame took as long as to
/// read its record.
template <class IsEnough>
void ReadingThread::read_until(IsEnough is_enough) {
  constexpr std::uint64_t now_and_then = 4096;
  while (!is_enough()) {
    if (++frames_ % now_and_then == 0 && Interrupt::requested()) return;
    Frame frame;
    if (!reader_.next(frame)) return;
    if (frame.link_type != last_link_type_) note_link_type(frame.link_type);
    if (unknown_ != nullptr) ++*unknown_;
    if (!order_.add(frame.time, frame)) return;
  }
}

void ReadingThread::note_link_type(LinkType type) {
  last_link_type_ = type;
  unknown_ = decoding::is_known(type) ? nullptr : &unknown_link_types_[type];
}

void ReadingThread::run() {
  try {
    read_until([] { return false; });
    order_.flush();
  } catch (...) {
    failure_ = std::current_exception();
  }
  queue_.end();
}

}  // namespace tracetcp
