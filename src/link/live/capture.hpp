#pragma once

#include "link/live/frame_queue.hpp"
#include "link/live/twice_seen.hpp"
#include "platform/real_time.hpp"
#include "platform/waker.hpp"

#include <tracetcp/link.hpp>
#include <tracetcp/live.hpp>

#include <pcap/pcap.h>

#include <memory>
#include <optional>
#include <thread>

namespace tracetcp {

/// Captures what concerns our source ports on one interface: our SYNs, TCP answers to them, and
/// ICMP errors that quote TCP. Thread model: start() makes the only thread of the live link; it
/// alone touches the pcap handle until the destructor has joined it, but for pcap_stats(), which
/// may be called beside it.
class Capture {
 public:
  explicit Capture(const LiveConfig& config);
  ~Capture();
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;

  void start();
  FrameQueue& queue() { return queue_; }

  /// The clock that the frames' times are by.
  [[nodiscard]] const SteadyRealTime& clock() const { return clock_; }
  [[nodiscard]] LinkStats stats();

 private:
  static void on_packet(std::uint8_t* self, const pcap_pkthdr* header, const std::uint8_t* bytes);
  void set_filter(const LiveConfig& config);
  void run();
  void require(int result, const char* what);

  std::unique_ptr<pcap_t, decltype(&pcap_close)> pcap_{nullptr, pcap_close};
  std::string interface_;
  LinkType link_type_ = LinkType::ethernet;
  std::optional<TwiceSeen> twice_seen_;  // where all interfaces are captured on
  Waker stop_;
  SteadyRealTime clock_;
  SteadyStamps stamps_;  // of the capture's thread
  FrameQueue queue_;
  std::thread thread_;
};

}  // namespace tracetcp
