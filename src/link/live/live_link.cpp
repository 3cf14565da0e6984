#include "link/live/capture.hpp"
#include "link/live/sender.hpp"
#include "platform/real_time.hpp"
#include "platform/waker.hpp"

#include <tracetcp/live.hpp>

#include <future>

namespace tracetcp {
namespace {

class LiveLink final : public Link {
 public:
  LiveLink(std::unique_ptr<Capture> capture, std::unique_ptr<Sender> sender, const Waker& waker)
      : capture_(std::move(capture)), sender_(std::move(sender)), waker_(waker) {
    capture_->start();
  }

  TimePoint now() override { return clock_.now(); }
  void send(std::span<const Bytes> packets) override { sender_->send(packets); }
  LinkStats stats() override { return capture_->stats(); }

  std::span<const Frame> wait(TimePoint until) override {
    wait_readable(capture_->queue().filled().fd(), waker_, until, clock_);
    waker_.drain();
    return capture_->queue().take();
  }

 private:
  SteadyRealTime clock_;
  std::unique_ptr<Capture> capture_;
  std::unique_ptr<Sender> sender_;
  const Waker& waker_;
};

class Handles final : public LiveHandles {
 public:
  /// The kernel takes milliseconds to set up a capture, and libnet some to size its send buffer.
  explicit Handles(const LiveConfig& config) {
    auto capture =
        std::async(std::launch::async, [&] { return std::make_unique<Capture>(config); });
    sender_ = make_sender(config);
    capture_ = capture.get();
  }

  std::unique_ptr<Link> start(const Waker& waker) override {
    return std::make_unique<LiveLink>(std::move(capture_), std::move(sender_), waker);
  }

 private:
  std::unique_ptr<Sender> sender_;
  std::unique_ptr<Capture> capture_;
};

}  // namespace

std::unique_ptr<LiveHandles> open_live(const LiveConfig& config) {
  return std::make_unique<Handles>(config);
}

}  // namespace tracetcp
