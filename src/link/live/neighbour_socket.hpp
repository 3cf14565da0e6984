#pragma once

#include <tracetcp/live.hpp>

#include <libnet.h>
#include <pcap/pcap.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace tracetcp {

/// What a question for the MAC address of a neighbour takes on an Ethernet interface: a way out by
/// libnet and a way in by libpcap. Opening needs privileges, asking doesn't.
class NeighbourSocket {
 public:
  /// `protocol` is for messages. Throws Error.
  NeighbourSocket(std::string interface, std::string protocol);

  /// Reads the MAC of an answer, from its Ethernet header on; empty: it has none.
  using Read = std::optional<Mac> (*)(Bytes frame);

  /// Builds the question by net() and sends it, up to three times, a second apart, until a frame
  /// comes that the filter of pcap-filter(7) passes and `read` finds a MAC in. Empty: none did.
  /// Throws Error.
  std::optional<Mac> ask(const std::string& filter, const std::function<bool(libnet_t*)>& build,
                         Read read);

  /// Of the interface.
  [[nodiscard]] const Mac& own_mac() const { return own_mac_; }
  [[nodiscard]] const std::string& interface() const { return interface_; }

 private:
  void open_net();
  void open_pcap();
  void listen_for(const std::string& filter) const;

  std::string interface_;
  std::string protocol_;
  Mac own_mac_{};
  std::unique_ptr<libnet_t, decltype(&libnet_destroy)> net_{nullptr, libnet_destroy};
  std::unique_ptr<pcap_t, decltype(&pcap_close)> pcap_{nullptr, pcap_close};
};

}  // namespace tracetcp
