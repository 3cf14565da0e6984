#include "link/live/raw_sender.hpp"

#include <tracetcp/error.hpp>

#include <fmt/format.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace tracetcp {
namespace {

std::string remedy_for(int code) {
  switch (code) {
    case EPERM:
      return "a firewall on this machine forbids it; see `nft list ruleset`";
    case ENETUNREACH:
    case EHOSTUNREACH:
      return "the route is gone; `ip route` shows where packets can go";
    case ENETDOWN:
      return "the interface went down; `ip link` shows it";
    default:
      return "";
  }
}

std::string destination_of(Bytes packet) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(packet[i]); };
  return Address(byte(16) << 24 | byte(17) << 16 | byte(18) << 8 | byte(19)).text();
}

}  // namespace

RawSender::RawSender(const LiveConfig& config) : interface_(config.interface) {
  std::array<char, LIBNET_ERRBUF_SIZE> message{};
  net_.reset(libnet_init(LIBNET_RAW4, nullptr, message.data()));
  if (net_ == nullptr) {
    throw Error(fmt::format(
        "no raw socket: {}; run as root, or once as root: setcap cap_net_raw+ep on the program",
        message.data()));
  }
  if (!config.bind_to_interface) return;
  // libnet 1.1.6 ignores the device that libnet_init() is given for a raw IP socket.
  if (setsockopt(libnet_getfd(net_.get()), SOL_SOCKET, SO_BINDTODEVICE, interface_.c_str(),
                 static_cast<socklen_t>(interface_.size())) != 0) {
    throw Error::system("cannot bind to interface " + interface_, errno);
  }
}

void RawSender::send(std::span<const Bytes> packets) {
  for (const Bytes packet : packets) {
    const auto size = static_cast<std::uint32_t>(packet.size());
    if (libnet_write_raw_ipv4(net_.get(), packet.data(), size) == static_cast<int>(size)) continue;
    const int code = errno;
    throw Error::system("cannot send a SYN to " + destination_of(packet), code, remedy_for(code));
  }
}

}  // namespace tracetcp
