#include "link/live/capture.hpp"
#include "link/live/sender.hpp"
#include "platform/waker.hpp"

#include <tracetcp/error.hpp>
#include <tracetcp/live.hpp>

#include <poll.h>

#include <array>
#include <cerrno>
#include <ctime>

namespace tracetcp {
namespace {

Duration read_clock(clockid_t id) {
  timespec time{};
  clock_gettime(id, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

/// The kernel stamps packets by the real-time clock; waits must not follow its steps. So this is
/// the real time at the start, carried on by the monotonic clock.
class SteadyRealTime {
 public:
  [[nodiscard]] TimePoint now() const { return TimePoint(read_clock(CLOCK_MONOTONIC) + offset_); }

 private:
  Duration offset_ = read_clock(CLOCK_REALTIME) - read_clock(CLOCK_MONOTONIC);
};

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
    sleep(until);
    waker_.drain();
    return capture_->queue().take();
  }

 private:
  /// Until a frame is there, somebody wakes us, or that moment.
  void sleep(TimePoint until) {
    std::array<pollfd, 2> fds{
        {{.fd = capture_->queue().filled().fd(), .events = POLLIN, .revents = 0},
         {.fd = waker_.fd(), .events = POLLIN, .revents = 0}}};
    timespec left{};
    if (until != never) {
      const auto span = std::max(until - now(), Duration::zero());
      const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(span);
      left = {.tv_sec = seconds.count(), .tv_nsec = (span - seconds).count()};
    }
    if (ppoll(fds.data(), fds.size(), until == never ? nullptr : &left, nullptr) == -1 &&
        errno != EINTR) {
      throw Error::system("cannot wait for packets", errno);
    }
  }

  SteadyRealTime clock_;
  std::unique_ptr<Capture> capture_;
  std::unique_ptr<Sender> sender_;
  const Waker& waker_;
};

class Handles final : public LiveHandles {
 public:
  explicit Handles(const LiveConfig& config)
      : sender_(make_sender(config)), capture_(std::make_unique<Capture>(config)) {}

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
