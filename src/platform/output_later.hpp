#pragma once

#include "platform/output.hpp"

#include <mutex>
#include <string>
#include <utility>

namespace tracetcp {

/// A report that follows another on standard output, and is made at the same time: kept until
/// release(), then written as it comes. For several threads.
class LaterOutput {
 public:
  /// Both throw as write_out() does.
  void write(const std::string& text) {
    const std::scoped_lock lock(mutex_);
    if (is_kept_) {
      kept_ += text;
    } else {
      write_out(text);
    }
  }
  void release() {
    const std::scoped_lock lock(mutex_);
    is_kept_ = false;
    write_out(std::exchange(kept_, {}));
  }

 private:
  std::mutex mutex_;  // guards all that follow
  bool is_kept_ = true;
  std::string kept_;
};

}  // namespace tracetcp
