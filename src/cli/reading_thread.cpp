#include "cli/reading_thread.hpp"

#include <system_error>

namespace tracetcp {
namespace {

/// Enough of them that waking the other thread costs little, few enough to stay in the caches.
constexpr std::size_t frames_of_batch = 1024;

}  // namespace

ReadingThread::ReadingThread(Threading threading, SavefileReader& reader) : reader_(reader) {
  if (threading == Threading::at_once) return;
  try {
    thread_ = std::thread([this] { run(); });
  } catch (const std::system_error&) {  // at once, then
  }
}

ReadingThread::~ReadingThread() {
  queue_.stop();
  if (thread_.joinable()) thread_.join();
}

const ReadingThread::Read* ReadingThread::next() {
  if (at_ == batch_.size() && !take_batch()) return nullptr;
  return &batch_[at_++];
}

bool ReadingThread::take_batch() {
  at_ = 0;
  if (!thread_.joinable()) {
    batch_.clear();
    Frame frame;
    if (reader_.next(frame)) batch_.emplace_back(frame);
    return !batch_.empty();
  }
  while (true) {
    switch (queue_.take(batch_)) {
      case BatchQueue<Batch>::Taken::batch:
        return true;
      case BatchQueue<Batch>::Taken::none_yet:
        wait_readable(-1, filled_, never, clock_);
        filled_.drain();
        break;
      case BatchQueue<Batch>::Taken::end:
        thread_.join();
        if (failure_) std::rethrow_exception(failure_);
        batch_.clear();
        return false;
    }
  }
}

void ReadingThread::run() {
  try {
    Batch batch;
    for (Frame frame; reader_.next(frame);) {
      batch.emplace_back(frame);
      if (batch.size() < frames_of_batch) continue;
      if (!queue_.put(batch)) return;
      batch.clear();
    }
    if (!batch.empty()) queue_.put(batch);
  } catch (...) {
    failure_ = std::current_exception();
  }
  queue_.end();
}

}  // namespace tracetcp
