#pragma once

#include <tracetcp/error.hpp>
#include <tracetcp/frame.hpp>
#include <tracetcp/live.hpp>

#include <memory>
#include <span>

namespace tracetcp {

/// How many of the packets left, from the first on, and the errno that kept the next one; 0: all
/// left.
struct SendResult {
  std::size_t count = 0;
  int code = 0;
};

/// How packets leave this machine.
class Sender {
 public:
  virtual ~Sender() = default;

  /// Each packet from its IP header on. Throws Error, but for a failure that may_pass() and for a
  /// refusal.
  virtual SendResult send(std::span<const Bytes> packets) = 0;
};

/// The Error that says why this packet, a SYN from its IP header on, can't be sent.
Error unsent(Bytes packet, int code);

/// 0 where `sent`, as a call returned it, is the size that was to be sent, else the call's errno.
/// Throws unsent() unless that failure may pass or is a refusal.
int failure_to_send(int sent, std::size_t size, Bytes packet);

/// Sends one packet after the other by `write`, which returns what its system call does and is
/// given a packet; `header` bytes more than the packet are to be sent.
template <class Write>
SendResult send_each(std::span<const Bytes> packets, std::size_t header, Write write) {
  for (std::size_t i = 0; i < packets.size(); ++i) {
    const int code = failure_to_send(write(packets[i]), header + packets[i].size(), packets[i]);
    if (code != 0) return {.count = i, .code = code};
  }
  return {.count = packets.size(), .code = 0};
}

/// Whole Ethernet frames by libnet where the config names a next hop, else by a raw IP socket, for
/// which the kernel finds route and MAC; by libpcap where the interface has no link header. Throws
/// Error.
std::unique_ptr<Sender> make_sender(const LiveConfig& config);

}  // namespace tracetcp
