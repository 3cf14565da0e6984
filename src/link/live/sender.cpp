#include "link/live/sender.hpp"

#include "link/live/injector.hpp"
#include "link/live/own_syn.hpp"
#include "platform/pcap_library.hpp"
#include "platform/socket_name.hpp"

#include <tracetcp/error.hpp>

#include <fmt/core.h>
#include <libnet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <functional>
#include <string>
#include <unordered_map>
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

/// By which interface the packet is to be routed: IP_PKTINFO of ip(7), IPV6_PKTINFO of ipv6(7).
class RouteBy {
 public:
  void set(msghdr& message, unsigned interface_index, const Address& source) {
    if (source.family() == Family::ipv4) {
      in_pktinfo info{};
      info.ipi_ifindex = static_cast<int>(interface_index);
      info.ipi_spec_dst.s_addr = htonl(source.ipv4());
      put(message, IPPROTO_IP, IP_PKTINFO, info);
      return;
    }
    in6_pktinfo info{};
    const auto bytes = source.bytes();
    std::copy(bytes.begin(), bytes.end(), std::begin(info.ipi6_addr.s6_addr));
    info.ipi6_ifindex = interface_index;
    put(message, IPPROTO_IPV6, IPV6_PKTINFO, info);
  }

 private:
  template <class Info>
  void put(msghdr& message, int level, int type, const Info& info) {
    static_assert(sizeof info <= sizeof(in6_pktinfo));
    message.msg_control = control_.data();
    message.msg_controllen = CMSG_SPACE(sizeof info);
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = level;
    header->cmsg_type = type;
    header->cmsg_len = CMSG_LEN(sizeof info);
    std::memcpy(CMSG_DATA(header), &info, sizeof info);
  }

  alignas(cmsghdr) std::array<std::uint8_t, CMSG_SPACE(sizeof(in6_pktinfo))> control_{};
};

/// A raw IP socket. The kernel routes its packets as those of no port and of a protocol of their
/// own (raw(7), IPPROTO_RAW), so where the route depends on ports or on the protocol it would send
/// them by another way than a TCP connection. It is not libnet's: that looks for the largest send
/// buffer in steps of 128 bytes, which takes 6,528 system calls where the kernel refuses none.
/// Under IPPROTO_RAW the packets of both families bring their own header.
class RawSender final : public Sender {
 public:
  RawSender(const LiveConfig& config, const Address& source)
      : fd_(source.family()),
        source_(source),
        zone_(if_nametoindex(config.interface.c_str())),
        route_of_flow_by_(config.route_of_flow_by) {
    if (fd_.get() == -1) throw Error::system("no raw socket", errno, privilege_remedy);
    constexpr int send_buffer = 1 << 20;  // bytes; the kernel cuts it down to what it allows
    setsockopt(fd_.get(), SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof send_buffer);
    constexpr int yes = 1;  // a target may be a broadcast address
    setsockopt(fd_.get(), SOL_SOCKET, SO_BROADCAST, &yes, sizeof yes);
    // Rules and multipath routes go by the source address: the socket's, not that in our header.
    const SocketName name({source_, Port{}}, zone_);
    if (bind(fd_.get(), name.get(), name.size()) != 0) {
      throw Error::system("cannot send from " + source_.text(), errno);
    }
    choose_interface(config);
  }

  SendResult send(std::span<const Bytes> packets) override {
    const bool one_by_one = !has_sendmmsg_ || (packets.size() == 1 && !route_of_flow_by_);
    if (!one_by_one) return send_many(packets);
    return send_each(packets, 0, [&](Bytes packet) { return send_one(packet); });
  }

 private:
  /// Messages for one sendmmsg(2).
  struct Batch {
    static constexpr std::size_t most = 64;
    std::array<mmsghdr, most> messages{};
    std::array<iovec, most> parts{};
    std::vector<SocketName> targets{most, SocketName({})};
    std::array<RouteBy, most> routes{};
  };

  class Socket {
   public:
    explicit Socket(Family family)
        : fd_(socket(socket_family(family), SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW)) {}
    ~Socket() {
      if (fd_ != -1) close(fd_);
    }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    [[nodiscard]] int get() const { return fd_; }

   private:
    int fd_;
  };

  void choose_interface(const LiveConfig& config) const {
    if (config.bind_to_interface) {
      const auto size = static_cast<socklen_t>(config.interface.size());
      if (setsockopt(fd_.get(), SOL_SOCKET, SO_BINDTODEVICE, config.interface.c_str(), size) == 0)
        return;
    }
    if (!route_by(fd_.get(), source_.family(), config.route_by)) {
      throw Error::system("cannot send by interface " + config.interface, errno);
    }
  }

  int send_one(Bytes packet) {
    fill(0, packet);
    return static_cast<int>(sendmsg(fd_.get(), &batch_.messages[0].msg_hdr, 0));
  }

  void fill(std::size_t i, Bytes packet) {
    const OwnSyn syn(packet);
    batch_.targets[i] = SocketName({syn.target(), Port{}}, zone_);
    batch_.parts[i] = {.iov_base = const_cast<std::uint8_t*>(packet.data()),
                       .iov_len = packet.size()};
    msghdr& message = batch_.messages[i].msg_hdr;
    message = {.msg_name = const_cast<sockaddr*>(batch_.targets[i].get()),
               .msg_namelen = batch_.targets[i].size(),
               .msg_iov = &batch_.parts[i],
               .msg_iovlen = 1};
    if (!route_of_flow_by_) return;
    const unsigned index = route_of_flow_by_(syn.source_port(), syn.target_port());
    batch_.routes[i].set(message, index, source_);
  }

  /// Many packets in one system call.
  SendResult send_many(std::span<const Bytes> packets) {
    SendResult result;
    while (result.count < packets.size()) {
      const auto rest = packets.subspan(result.count);
      const std::size_t count = std::min(rest.size(), Batch::most);
      for (std::size_t i = 0; i < count; ++i) fill(i, rest[i]);
      const int sent = sendmmsg(fd_.get(), batch_.messages.data(), static_cast<unsigned>(count), 0);
      if (sent == -1 && errno == EINTR) continue;
      if (sent == -1 && errno == ENOSYS && has_sendmmsg_) {  // some filters of system calls
        has_sendmmsg_ = false;
        const SendResult others = send(rest);
        return {.count = result.count + others.count, .code = others.code};
      }
      if (sent == -1) {
        result.code = failure_to_send(sent, rest.front().size(), rest.front());
        return result;
      }
      result.count += static_cast<std::size_t>(sent);
    }
    return result;
  }

  Socket fd_;
  Address source_;
  unsigned zone_;  ///< of link-local addresses
  std::function<unsigned(Port, Port)> route_of_flow_by_;
  bool has_sendmmsg_ = true;
  Batch batch_;
};

/// Hands each packet to the sender of the address that it bears.
class BySource final : public Sender {
 public:
  explicit BySource(const LiveConfig& config) {
    senders_.emplace(config.source, std::make_unique<RawSender>(config, config.source));
    for (const Address& source : config.more_sources) {
      senders_.try_emplace(source, std::make_unique<RawSender>(config, source));
    }
  }

  SendResult send(std::span<const Bytes> packets) override {
    SendResult all;
    while (all.count < packets.size()) {
      const auto rest = packets.subspan(all.count);
      const Address source = OwnSyn(rest.front()).source();
      std::size_t alike = 1;
      while (alike < rest.size() && OwnSyn(rest[alike]).source() == source) ++alike;
      const SendResult result = senders_.at(source)->send(rest.first(alike));
      all.count += result.count;
      all.code = result.code;
      if (result.code != 0) return all;
    }
    return all;
  }

 private:
  std::unordered_map<Address, std::unique_ptr<RawSender>> senders_;
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
    constexpr std::uint16_t ipv4_type = 0x0800;
    constexpr std::uint16_t ipv6_type = 0x86dd;  // RFC 2464, section 3
    const auto type = config.source.family() == Family::ipv4 ? ipv4_type : ipv6_type;
    header_[12] = static_cast<std::uint8_t>(type >> 8);
    header_[13] = static_cast<std::uint8_t>(type & 0xff);
  }

  SendResult send(std::span<const Bytes> packets) override {
    std::vector<std::uint8_t> frame;
    return send_each(packets, header_.size(), [&](Bytes packet) {
      frame.assign(header_.begin(), header_.end());
      frame.insert(frame.end(), packet.begin(), packet.end());
      return libnet_adv_write_link(net_.get(), frame.data(),
                                   static_cast<std::uint32_t>(frame.size()));
    });
  }

 private:
  Libnet net_;
  std::array<std::uint8_t, 14> header_{};
};

}  // namespace

std::unique_ptr<Sender> make_sender(const LiveConfig& config) {
  if (config.inject) return make_injector(config.interface);
  if (config.next_hop) return std::make_unique<EthernetSender>(config);
  if (!config.more_sources.empty()) return std::make_unique<BySource>(config);
  return std::make_unique<RawSender>(config, config.source);
}

}  // namespace tracetcp
