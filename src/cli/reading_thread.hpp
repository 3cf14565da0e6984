#pragma once

#include "cli/batch_queue.hpp"
#include "cli/threading.hpp"
#include "platform/real_time.hpp"
#include "platform/waker.hpp"
#include "savefile/reader.hpp"

#include <tracetcp/decode.hpp>

#include <exception>
#include <optional>
#include <thread>
#include <vector>

namespace tracetcp {

/// Reads a capture, and what its frames are, in a thread of its own, ahead of who needs them.
class ReadingThread {
 public:
  struct Read {
    explicit Read(const Frame& frame) : decoded(decode(frame)), time(frame.time) {}

    Decoded decoded;
    TimePoint time;
  };

  /// Until the end nobody else may use the reader.
  ReadingThread(Threading threading, SavefileReader& reader);
  ~ReadingThread();
  ReadingThread(const ReadingThread&) = delete;
  ReadingThread& operator=(const ReadingThread&) = delete;

  /// The next frame, valid until the next call; nullptr: the end. Throws what the reader does.
  const Read* next();

 private:
  using Batch = std::vector<Read>;

  bool take_batch();
  void run();

  SavefileReader& reader_;
  const Waker filled_;
  const SteadyRealTime clock_;
  BatchQueue<Batch> queue_{filled_};
  Batch batch_;
  std::size_t at_ = 0;          ///< in it
  std::exception_ptr failure_;  ///< of the thread, once it has ended
  std::thread thread_;          ///< last: it uses all others
};

}  // namespace tracetcp
