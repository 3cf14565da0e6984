#include "link/live/frame_queue.hpp"

#include <tracetcp/error.hpp>

#include <utility>

namespace tracetcp {

void FrameQueue::put(const Frame& frame) {
  bool was_empty = false;
  {
    const std::scoped_lock lock(mutex_);
    if (filling_.bytes.size() + frame.bytes.size() > max_bytes) {
      ++dropped_;
      return;
    }
    was_empty = filling_.frames.empty();
    filling_.bytes.insert(filling_.bytes.end(), frame.bytes.begin(), frame.bytes.end());
    filling_.lengths.push_back(frame.bytes.size());
    filling_.frames.push_back(frame);
  }
  if (was_empty) filled_.notify();
}

void FrameQueue::fail(const std::string& reason) {
  {
    const std::scoped_lock lock(mutex_);
    failure_ = reason;
  }
  filled_.notify();
}

std::span<const Frame> FrameQueue::take() {
  filled_.drain();
  taken_.bytes.clear();
  taken_.frames.clear();
  taken_.lengths.clear();
  {
    const std::scoped_lock lock(mutex_);
    std::swap(filling_, taken_);
    if (taken_.frames.empty() && !failure_.empty()) throw Error(failure_);
  }
  Bytes rest = taken_.bytes;
  for (std::size_t i = 0; i < taken_.frames.size(); ++i) {
    taken_.frames[i].bytes = rest.first(taken_.lengths[i]);
    rest = rest.subspan(taken_.lengths[i]);
  }
  return taken_.frames;
}

std::uint64_t FrameQueue::dropped() const {
  const std::scoped_lock lock(mutex_);
  return dropped_;
}

}  // namespace tracetcp
