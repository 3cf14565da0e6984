#pragma once

#include <tracetcp/frame.hpp>
#include <tracetcp/live.hpp>

#include <memory>
#include <span>

namespace tracetcp {

/// What to do where the privileges do not suffice.
inline constexpr const char* privilege_remedy =
    "run as root, or once as root: setcap cap_net_raw+ep on the program (--sim needs no "
    "privileges)";

/// How packets leave this machine.
class Sender {
 public:
  virtual ~Sender() = default;

  /// Each packet from its IP header on. Throws Error.
  virtual void send(std::span<const Bytes> packets) = 0;
};

/// Throws Error unless `sent`, as a call returned it, is the size that was to be sent; `packet` is
/// the SYN from its IP header on, errno that of the call.
void require_sent(int sent, std::size_t size, Bytes packet);

/// By libnet: whole Ethernet frames where the config names a next hop, else a raw IP socket, for
/// which the kernel finds route and MAC; by libpcap where the interface has no link header. Throws
/// Error.
std::unique_ptr<Sender> make_sender(const LiveConfig& config);

}  // namespace tracetcp
