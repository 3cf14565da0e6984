#pragma once

namespace tracetcp {

inline constexpr int standard_input = 0;
inline constexpr int standard_output = 1;
inline constexpr int standard_error = 2;

/// Before anything is opened. Where standard input, output or error are closed, the files that are
/// opened next would take their place, and reports be written into sockets. What takes it instead
/// fails as they would: it can't be read, or not be written. Text is written as it is, on every
/// system. A file that may not grow any more fails like a full disk. Returns whether standard
/// output was closed.
bool keep_standard_streams();

/// From now on a write to a pipe without reader fails; returns whether that was so before.
bool ignore_broken_pipes();
void heed_broken_pipes();  ///< ends that

/// While it lives, threads are made that no signal interrupts.
class ThreadsWithoutSignals {
 public:
  ThreadsWithoutSignals();
  ~ThreadsWithoutSignals();
  ThreadsWithoutSignals(const ThreadsWithoutSignals&) = delete;
  ThreadsWithoutSignals& operator=(const ThreadsWithoutSignals&) = delete;
};

}  // namespace tracetcp
