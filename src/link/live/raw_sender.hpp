#pragma once

#include <tracetcp/frame.hpp>
#include <tracetcp/live.hpp>

#include <libnet.h>

#include <memory>
#include <span>

namespace tracetcp {

/// Sends IPv4 packets on a raw IP socket by libnet: the kernel routes them and resolves MACs.
class RawSender {
 public:
  explicit RawSender(const LiveConfig& config);

  /// Each packet from its IP header on. Throws Error.
  void send(std::span<const Bytes> packets);

 private:
  std::unique_ptr<libnet_t, decltype(&libnet_destroy)> net_{nullptr, libnet_destroy};
  std::string interface_;
};

}  // namespace tracetcp
