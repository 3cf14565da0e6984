#pragma once

#include <tracetcp/frame.hpp>
#include <tracetcp/live.hpp>

#include <pcap/pcap.h>

#include <memory>
#include <string>

namespace tracetcp::windows {

/// An adapter that is handed whole frames.
class FrameDevice {
 public:
  /// Throws Error where it can't be opened.
  explicit FrameDevice(const std::string& interface);

  /// Whether its frames are just IP packets.
  [[nodiscard]] bool has_no_link_header() const;
  /// Its own. Throws Error where it has none.
  [[nodiscard]] const Mac& mac() const;

  /// Throws Error.
  void send(Bytes frame) const;

  /// For who listens by the same handle; it does not see what it sends.
  [[nodiscard]] pcap_t* pcap() const { return pcap_.get(); }

 private:
  std::string interface_;
  std::optional<Mac> mac_;
  std::unique_ptr<pcap_t, decltype(&pcap_close)> pcap_;
};

}  // namespace tracetcp::windows
