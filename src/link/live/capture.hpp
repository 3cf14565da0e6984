#pragma once

#include "link/live/frame_queue.hpp"
#include "link/live/own_isns.hpp"
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
/// ICMP errors that quote TCP. So do SYNs of ours whose ports this machine has translated, and what
/// answers them: all that sets up or resets connections is looked at, and dropped where it has no
/// sequence number of ours. Thread model: start() makes the only thread of the live link; it
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

  /// To be called with each SYN before it is sent.
  void expect(Bytes syn) { own_isns_.add(syn); }

  /// The clock that the frames' times are by.
  [[nodiscard]] const SteadyRealTime& clock() const { return clock_; }
  [[nodiscard]] LinkStats stats();

 private:
  /// Whether the capture also brings what only is_on_our_ports() and OwnIsns tell from the rest.
  static const bool filters_again;

  static void on_packet(std::uint8_t* self, const pcap_pkthdr* header, const std::uint8_t* bytes);
  void set_filter(const LiveConfig& config);
  void compile(const std::string& text, bpf_program& program);
  [[nodiscard]] bool is_on_our_ports(const pcap_pkthdr* header, const std::uint8_t* bytes) const;
  void run();
  void require(int result, const char* what);

  /// A filter of libpcap's for frames that were captured already.
  struct Program {
    Program() = default;
    ~Program() { pcap_freecode(&code); }
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;
    bpf_program code{};
  };

  std::unique_ptr<pcap_t, decltype(&pcap_close)> pcap_{nullptr, pcap_close};
  Program on_our_ports_;
  std::string interface_;
  Duration stamp_unit_ = std::chrono::nanoseconds(1);
  LinkType link_type_ = LinkType::ethernet;
  std::optional<TwiceSeen> twice_seen_;  // where all interfaces are captured on
  Waker stop_;
  SteadyRealTime clock_;
  SteadyStamps stamps_;  // of the capture's thread
  OwnIsns own_isns_;
  FrameQueue queue_;
  std::thread thread_;
};

}  // namespace tracetcp
