#include "link/live/capture.hpp"
#include "link/live/sender.hpp"
#include "platform/outage.hpp"
#include "platform/real_time.hpp"
#include "platform/send_remedy.hpp"
#include "platform/waker.hpp"

#include <tracetcp/live.hpp>

#include <algorithm>
#include <deque>
#include <future>
#include <vector>

namespace tracetcp {
namespace {

/// Packets that can't leave now, by age. A RTT is that of the capture's stamps, so that to leave
/// late does no harm to it.
class HeldPackets {
 public:
  [[nodiscard]] bool empty() const { return packets_.empty(); }
  void add(std::span<const Bytes> packets) {
    for (const Bytes packet : packets) packets_.emplace_back(packet.begin(), packet.end());
  }
  [[nodiscard]] std::vector<Bytes> packets() const { return {packets_.begin(), packets_.end()}; }
  void drop(std::size_t count) {
    packets_.erase(packets_.begin(), packets_.begin() + static_cast<std::ptrdiff_t>(count));
  }

 private:
  std::deque<std::vector<std::uint8_t>> packets_;
};

class LiveLink final : public Link {
 public:
  LiveLink(std::unique_ptr<Capture> capture, std::unique_ptr<Sender> sender, const Waker& waker)
      : capture_(std::move(capture)), sender_(std::move(sender)), waker_(waker) {
    capture_->start();
  }

  TimePoint now() override { return clock().now(); }
  void send(std::span<const Bytes> packets) override {
    for (const Bytes packet : packets) capture_->expect(packet);
    if (held_.empty()) packets = packets.subspan(send_now(packets));
    held_.add(packets);
  }
  LinkStats stats() override { return capture_->stats(); }
  [[nodiscard]] std::optional<Refusal> refusal() const override { return refusal_; }
  [[nodiscard]] std::uint64_t refused() const override { return refused_; }

  std::span<const Frame> wait(TimePoint until) override {
    if (!held_.empty()) until = std::min(until, outage_.next_try());
    wait_notified(capture_->queue().filled(), waker_, until, clock());
    waker_.drain();
    if (!held_.empty() && clock().now() >= outage_.next_try()) send_held();
    return capture_->queue().take();
  }

 private:
  /// Returns how many are done with. Where the way out is gone for the moment the rest is to be
  /// tried again.
  std::size_t send_now(std::span<const Bytes> packets) {
    for (std::size_t done = 0; done < packets.size(); ++done) {
      const auto [count, code] = sender_->send(packets.subspan(done));
      done += count;
      if (count != 0) outage_.over();
      if (code == 0) break;
      if (!is_refusal(code)) {
        if (!outage_.goes_on(clock().now())) throw unsent(packets[done], code);
        return done;
      }
      refusal_ = refused_by_firewall(code);
      ++refused_;
    }
    return packets.size();
  }

  void send_held() {
    const std::vector<Bytes> packets = held_.packets();
    held_.drop(send_now(packets));
  }

  [[nodiscard]] const SteadyRealTime& clock() const { return capture_->clock(); }

  std::unique_ptr<Capture> capture_;
  std::unique_ptr<Sender> sender_;
  const Waker& waker_;
  HeldPackets held_;
  Outage outage_;
  std::optional<Refusal> refusal_;
  std::uint64_t refused_ = 0;
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
