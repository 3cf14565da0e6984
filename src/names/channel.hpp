#pragma once

#include <ares.h>

#include <chrono>
#include <string>

namespace tracetcp {

/// A c-ares channel: sockets to DNS servers and the queries on their way. One thread at a time.
/// Its destruction ends all queries; their callbacks are called with an error.
class AresChannel {
 public:
  /// `servers` as "127.0.0.1:5300,..."; empty: the system's. Throws Error.
  explicit AresChannel(const std::string& servers);
  ~AresChannel();
  AresChannel(const AresChannel&) = delete;
  AresChannel& operator=(const AresChannel&) = delete;

  [[nodiscard]] ares_channel get() const { return channel_; }

  /// Waits until a server answered, a query timed out, `wake` (a descriptor, or -1) is readable or
  /// `limit` is over, and calls the callbacks of what is settled. May return early.
  void step(std::chrono::milliseconds limit, int wake = -1);

 private:
  ares_channel channel_ = nullptr;
};

}  // namespace tracetcp
