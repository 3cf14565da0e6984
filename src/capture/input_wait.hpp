#pragma once

#include "platform/real_time.hpp"
#include "platform/waker.hpp"

#include <functional>

namespace tracetcp {

/// Waits for more of a capture that comes through a pipe, until Ctrl-C ends that.
class InputWait {
 public:
  /// What was read is not kept waiting for longer than that, if nothing follows.
  static constexpr Duration patience = std::chrono::milliseconds(250);

  /// `interrupted` is the Waker of the Interrupt. Nothing may drain it.
  explicit InputWait(const Waker& interrupted) : interrupted_(interrupted) {}

  /// Called where nothing has come for as long as that.
  void when_stalled(std::function<void()> call) { when_stalled_ = std::move(call); }

  /// Until the file has something to read or is at its end; false: interrupted. Throws nothing.
  bool operator()(int file) const noexcept;

 private:
  const Waker& interrupted_;
  std::function<void()> when_stalled_;
};

}  // namespace tracetcp
