#pragma once

#include "capture/batch_queue.hpp"
#include "capture/input_wait.hpp"
#include "capture/threading.hpp"
#include "platform/real_time.hpp"
#include "platform/waker.hpp"
#include "read/time_order.hpp"
#include "savefile/reader.hpp"

#include <tracetcp/decode.hpp>

#include <deque>
#include <exception>
#include <functional>
#include <map>
#include <thread>
#include <vector>

namespace tracetcp {

/// Reads a capture, and what its frames are, in a thread of its own, ahead of who needs them, and
/// brings them into the order of time. Ctrl-C ends it as the end of the capture does.
class ReadingThread {
 public:
  struct Read {
    explicit Read(const Frame& frame) : decoded(decode(frame)), time(frame.time) {}

    Decoded decoded;
    TimePoint time;
  };

  /// Until the end no other thread may use the reader. `wait` is where the reader waits for a
  /// capture that is still being made, of which nothing is held back for long; nullptr: it is on a
  /// disk. `when_idle` is called where next() is to wait.
  ReadingThread(Threading threading, SavefileReader& reader, InputWait* wait,
                std::function<void()> when_idle);
  ~ReadingThread();
  ReadingThread(const ReadingThread&) = delete;
  ReadingThread& operator=(const ReadingThread&) = delete;

  /// The next frame, valid until the next call; nullptr: the end. Throws what the reader does.
  const Read* next();

  /// After the end: how many frames were of link types that decode() does not know.
  [[nodiscard]] const std::map<LinkType, std::uint64_t>& unknown_link_types() const {
    return unknown_link_types_;
  }

 private:
  using Batch = TimeOrder<Read>::Batch;

  bool take_batch();
  bool read_batch();
  template <class IsEnough>
  void read_until(IsEnough is_enough);
  void note_link_type(LinkType type);
  void run();

  SavefileReader& reader_;
  InputWait* const wait_;
  const std::function<void()> when_idle_;
  const Waker filled_;
  const SteadyRealTime clock_;
  BatchQueue<Batch> queue_{filled_};
  bool is_beside_ = false;   ///< there is a thread
  std::deque<Batch> ready_;  ///< instead of the queue, where there is none
  Batch batch_;
  std::size_t at_ = 0;  ///< in it
  TimeOrder<Read> order_;
  std::uint64_t frames_ = 0;
  LinkType last_link_type_ = LinkType::ethernet;
  std::uint64_t* unknown_ = nullptr;  ///< the count of that type, if decode() does not know it
  std::map<LinkType, std::uint64_t> unknown_link_types_;
  std::exception_ptr failure_;  ///< of the thread, once it has ended
  std::thread thread_;          ///< last: it uses all others
};

}  // namespace tracetcp
