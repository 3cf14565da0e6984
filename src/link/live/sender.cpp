#include "link/live/sender.hpp"

#include "link/live/injector.hpp"
#include "platform/send_remedy.hpp"

#include <tracetcp/error.hpp>

#include <fmt/core.h>
#include <libnet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <vector>

namespace tracetcp {
namespace {

using Libnet = std::unique_ptr<libnet_t, decltype(&libnet_destroy)>;

Libnet open_libnet(int type, const char* device, const char* what) {
  std::array<char, LIBNET_ERRBUF_SIZE> message{};
  Libnet net(libnet_init(type, device, message.data()), libnet_destroy);
  if (net != nullptr) return net;
  std::string reason = message.data();
  reason.erase(reason.find_last_not_of('\n') + 1);  // libnet ends some of its messages with one
  throw Error(fmt::format("no {}: {}; {}", what, reason, privilege_remedy));
}

Address target_of(Bytes packet) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(packet[i]); };
  return Address(byte(16) << 24 | byte(17) << 16 | byte(18) << 8 | byte(19));
}

/// What libnet_write_raw_ipv4() does, for many packets in one system call.
void send_many(int fd, std::span<const Bytes> packets) {
  constexpr std::size_t most = 64;
  std::array<mmsghdr, most> messages{};
  std::array<iovec, most> parts{};
  std::array<sockaddr_in, most> targets{};
  while (!packets.empty()) {
    const std::size_t count = std::min(packets.size(), most);
    for (std::size_t i = 0; i < count; ++i) {
      const Bytes packet = packets[i];
      targets[i].sin_family = AF_INET;
      targets[i].sin_addr.s_addr = htonl(target_of(packet).value());
      parts[i] = {.iov_base = const_cast<std::uint8_t*>(packet.data()), .iov_len = packet.size()};
      messages[i].msg_hdr = {.msg_name = &targets[i],
                             .msg_namelen = sizeof targets[i],
                             .msg_iov = &parts[i],
                             .msg_iovlen = 1};
    }
    const int sent = sendmmsg(fd, messages.data(), static_cast<unsigned>(count), 0);
    if (sent == -1 && errno == EINTR) continue;
    if (sent == -1) require_sent(sent, packets.front().size(), packets.front());
    packets = packets.subspan(static_cast<std::size_t>(sent));
  }
}

class RawSender final : public Sender {
 public:
  explicit RawSender(const LiveConfig& config)
      : net_(open_libnet(LIBNET_RAW4, nullptr, "raw socket")) {
    if (!config.bind_to_interface) return;
    // libnet 1.1.6 ignores the device that libnet_init() is given for a raw IP socket.
    if (setsockopt(libnet_getfd(net_.get()), SOL_SOCKET, SO_BINDTODEVICE, config.interface.c_str(),
                   static_cast<socklen_t>(config.interface.size())) != 0) {
      throw Error::system("cannot bind to interface " + config.interface, errno);
    }
  }

  void send(std::span<const Bytes> packets) override {
    if (packets.size() > 1) return send_many(libnet_getfd(net_.get()), packets);
    for (const Bytes packet : packets) {
      const auto size = static_cast<std::uint32_t>(packet.size());
      require_sent(libnet_write_raw_ipv4(net_.get(), packet.data(), size), size, packet);
    }
  }

 private:
  Libnet net_;
};

class EthernetSender final : public Sender {
 public:
  explicit EthernetSender(const LiveConfig& config)
      : net_(open_libnet(LIBNET_LINK_ADV, config.interface.c_str(), "link-layer socket")) {
    const libnet_ether_addr* own = libnet_get_hwaddr(net_.get());
    if (own == nullptr) {
      throw Error(fmt::format("{} has no Ethernet address, so no gateway can be chosen on it",
                              config.interface));
    }
    std::copy(config.next_hop->begin(), config.next_hop->end(), header_.begin());
    std::copy_n(std::begin(own->ether_addr_octet), 6, header_.begin() + 6);
  }

  void send(std::span<const Bytes> packets) override {
    std::vector<std::uint8_t> frame;
    for (const Bytes packet : packets) {
      frame.assign(header_.begin(), header_.end());
      frame.insert(frame.end(), packet.begin(), packet.end());
      const auto size = static_cast<std::uint32_t>(frame.size());
      require_sent(libnet_adv_write_link(net_.get(), frame.data(), size), size, packet);
    }
  }

 private:
  Libnet net_;
  std::array<std::uint8_t, 14> header_{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x08, 0x00};  // IPv4
};

}  // namespace

void require_sent(int sent, std::size_t size, Bytes packet) {
  if (sent == static_cast<int>(size)) return;
  const int code = errno;
  throw Error::system("cannot send a SYN to " + target_of(packet).text(), code, send_remedy(code));
}

std::unique_ptr<Sender> make_sender(const LiveConfig& config) {
  if (config.inject) return make_injector(config.interface);
  if (config.next_hop) return std::make_unique<EthernetSender>(config);
  return std::make_unique<RawSender>(config);
}

}  // namespace tracetcp
