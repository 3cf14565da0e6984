#pragma once

#include "platform/waker.hpp"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace tracetcp {

/// Reads lines from an open file that may have none for a long time, such as a pipe, in a thread of
/// its own.
class LineInput {
 public:
  /// `on_lines` is called from that thread when there are new ones, or no more will come, and must
  /// do no more than wake a waiting thread.
  LineInput(int file, std::function<void()> on_lines);
  ~LineInput();
  LineInput(const LineInput&) = delete;
  LineInput& operator=(const LineInput&) = delete;

  /// The next line, without its end; empty: there is none (yet). Never waits.
  std::optional<std::string> next();

  /// Whether no line is left and none will come.
  [[nodiscard]] bool ended() const;

  /// The errno that ended it; 0: the end of the file.
  [[nodiscard]] int failure() const;

 private:
  static constexpr std::size_t most_lines = 4096;
  static constexpr std::size_t longest_line = 65536;  // bytes; what is longer is cut in pieces

  void run();
  bool wait_for_room();
  void take(const char* bytes, std::size_t size);
  void end(int failure);

  const int file_;
  const std::function<void()> on_lines_;
  const Waker stop_;

  mutable std::mutex mutex_;  // guards the next four
  std::condition_variable room_;
  std::deque<std::string> lines_;
  bool ended_ = false;
  bool stops_ = false;
  int failure_ = 0;

  std::string begun_;   // a line without its end; the thread's alone
  std::thread thread_;  // last: it uses all others
};

}  // namespace tracetcp
