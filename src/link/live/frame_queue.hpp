#pragma once

#include "platform/waker.hpp"

#include <tracetcp/frame.hpp>

#include <mutex>
#include <span>
#include <string>
#include <vector>

namespace tracetcp {

/// Carries captured frames from the capture thread to the thread that waits for them. Bounded: what
/// does not fit is dropped and counted. One thread puts, one takes.
class FrameQueue {
 public:
  /// Copies the frame's bytes.
  void put(const Frame& frame);

  /// Nothing more will be put, for that reason.
  void fail(const std::string& reason);

  /// Everything put since the last call, in that order; valid until the next call. Throws Error
  /// with the reason where there is nothing and there never will be.
  std::span<const Frame> take();

  /// Readable whenever there may be something to take.
  [[nodiscard]] const Waker& filled() const { return filled_; }

  [[nodiscard]] std::uint64_t dropped() const;

 private:
  static constexpr std::size_t max_bytes = 16U << 20;  // some 100,000 frames of ours

  struct Batch {
    std::vector<std::uint8_t> bytes;  // of all frames, one after the other
    std::vector<Frame> frames;        // their bytes are set when the batch is taken
    std::vector<std::size_t> lengths;
  };

  mutable std::mutex mutex_;
  Batch filling_;              // guarded by mutex_
  std::uint64_t dropped_ = 0;  // guarded by mutex_
  std::string failure_;        // guarded by mutex_
  Batch taken_;
  Waker filled_;
};

}  // namespace tracetcp
