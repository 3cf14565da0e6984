#pragma once

#include "savefile/writer.hpp"

#include <tracetcp/frame.hpp>

#include <memory>
#include <mutex>
#include <span>
#include <utility>

namespace tracetcp {

/// The savefile of one link or of several, each in a thread of its own: its frames are in the order
/// in which they were read, so that those of two links may lie a little out of that of their times.
class RecordingFile {
 public:
  explicit RecordingFile(std::unique_ptr<SavefileWriter> file, int links = 1)
      : file_(std::move(file)), links_(links) {}

  /// Both throw Error as SavefileWriter does.
  void write(std::span<const Frame> frames) {
    const std::scoped_lock lock(mutex_);
    file_->write(frames);
  }
  /// To be called once for each link; the last call closes the file.
  void close() {
    const std::scoped_lock lock(mutex_);
    if (--links_ == 0) file_->close();
  }

 private:
  std::mutex mutex_;  // guards all that follow
  std::unique_ptr<SavefileWriter> file_;
  int links_;
};

}  // namespace tracetcp
