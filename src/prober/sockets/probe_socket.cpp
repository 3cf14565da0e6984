#include "prober/sockets/probe_socket.hpp"

#include "platform/outage.hpp"
#include "platform/send_remedy.hpp"
#include "prober/sockets/error_queue.hpp"

#include <tracetcp/error.hpp>

#include <arpa/inet.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace tracetcp {
namespace {

sockaddr_in name_of(Address address, Port port) {
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_addr.s_addr = htonl(address.ipv4());
  name.sin_port = htons(port.value);
  return name;
}

template <class Value>
bool set(int fd, int level, int option, const Value& value) {
  return setsockopt(fd, level, option, &value, sizeof value) == 0;
}

}  // namespace

Duration ProbeSocket::lifetime(const SocketWay& way) {
  return way.by_gateway ? Duration::max() : longest_life;
}

ProbeSocket::ProbeSocket(const SocketWay& way, const Probe& probe, Port port,
                         const SteadyRealTime& clock)
    : probe_(probe),
      clock_(clock),
      fd_(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
  if (fd_ == -1) throw Error::system("cannot open a socket", errno);
  try {
    set_options(way, port);
    connect_now();
  } catch (const Error&) {
    close(fd_);
    throw;
  }
  if (way.by_gateway) set(fd_, SOL_SOCKET, SO_DONTROUTE, 1);
}

ProbeSocket::~ProbeSocket() {
  set(fd_, SOL_SOCKET, SO_DONTROUTE, 0);  // lets the RST of a connection out
  close(fd_);
}

void ProbeSocket::set_options(const SocketWay& way, Port port) const {
  constexpr int repetitions = 127;        // as many as TCP_SYNCNT takes: it is us who end it
  constexpr int ip_recverr_rfc4884 = 26;  // linux/in.h, not in all headers
  const bool is_set = set(fd_, IPPROTO_IP, IP_TTL, int{probe_.ttl.value}) &&
                      set(fd_, IPPROTO_IP, IP_RECVERR, 1) && set(fd_, IPPROTO_IP, IP_RECVTTL, 1) &&
                      set(fd_, SOL_SOCKET, SO_TIMESTAMPNS, 1) &&
                      set(fd_, SOL_SOCKET, SO_LINGER, linger{.l_onoff = 1, .l_linger = 0}) &&
                      set(fd_, IPPROTO_TCP, TCP_SYNCNT, repetitions) &&
                      (port.value == 0 || set(fd_, SOL_SOCKET, SO_REUSEADDR, 1));
  if (!is_set) throw Error::system("cannot prepare a socket", errno);
  set(fd_, IPPROTO_IP, ip_recverr_rfc4884, 1);  // since Linux 5.9; without it the place is guessed
  if (!way.interface.empty() && setsockopt(fd_, SOL_SOCKET, SO_BINDTODEVICE, way.interface.c_str(),
                                           static_cast<socklen_t>(way.interface.size())) != 0) {
    throw Error::system("cannot bind to interface " + way.interface, errno);
  }
  const sockaddr_in name = name_of(way.source, port);
  if (bind(fd_, reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0) {
    throw Error::system(fmt::format("cannot send from {} port {}", way.source.text(), port.value),
                        errno);
  }
}

void ProbeSocket::connect_now() {
  const auto [address, port] = probe_.target;
  const sockaddr_in name = name_of(address, port);
  sent_ = clock_.now();
  if (connect(fd_, reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0 ||
      errno == EINPROGRESS) {
    return;
  }
  const int code = errno;
  const auto error =
      Error::system("cannot send a SYN to " + address.text(), code, send_remedy(code));
  if (may_pass(code)) throw WayGone(error.what());
  if (is_refusal(code)) throw PacketRefused(refused_by_firewall(code));
  throw error;
}

std::optional<Reply> ProbeSocket::result(SteadyStamps& stamps) {
  // First the queue, then SO_ERROR: some ICMP errors show as the errno of a RST, and taking them
  // from the queue clears it.
  if (const auto error = take_icmp_error(fd_)) {
    if (error->from == own_address() && error->from != probe_.target.address) {
      refusal_ = refusal_of(error->icmp);
      return std::nullopt;
    }
    const bool is_stamped = error->time != TimePoint{};
    Reply icmp = reply(kind_of_icmp(error->icmp),
                       is_stamped ? stamps.steady(error->time, clock_.read()) : clock_.now());
    icmp.from = error->from;
    icmp.ttl = error->ttl;
    icmp.icmp = error->icmp;
    icmp.quoted_tcp = error->quoted;
    icmp.mpls = error->mpls;
    return icmp;
  }
  int code = 0;
  socklen_t size = sizeof code;
  if (getsockopt(fd_, SOL_SOCKET, SO_ERROR, &code, &size) != 0) return std::nullopt;
  if (code == ECONNREFUSED) return reply(ReplyKind::rst, clock_.now());
  tcp_info info{};
  size = sizeof info;
  if (getsockopt(fd_, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return std::nullopt;
  // Where the kernel found no way for its ACK (see the class) that is an error too, but the
  // connection is there. One that was reset or closed at once was there before.
  const bool was_there = code == 0 || code == ECONNRESET || code == EPIPE;
  if (info.tcpi_state == TCP_SYN_SENT) return std::nullopt;
  if (info.tcpi_state == TCP_CLOSE && !was_there) return std::nullopt;
  was_reset_ = code == ECONNRESET;
  connected_ = was_reset_ || (code == 0 && info.tcpi_state == TCP_ESTABLISHED);
  const auto rtt = std::chrono::microseconds(info.tcpi_rtt);
  return reply(ReplyKind::syn_ack, rtt.count() != 0 ? sent_ + rtt : clock_.now());
}

/// That its SYN bears; 0.0.0.0: not known.
Address ProbeSocket::own_address() const {
  sockaddr_in name{};
  socklen_t size = sizeof name;
  if (getsockname(fd_, reinterpret_cast<sockaddr*>(&name), &size) != 0) return {};
  return Address(ntohl(name.sin_addr.s_addr));
}

std::optional<Reply> ProbeSocket::reset() {
  int code = 0;
  socklen_t size = sizeof code;
  if (!was_reset_ && getsockopt(fd_, SOL_SOCKET, SO_ERROR, &code, &size) == 0) {
    was_reset_ = code == ECONNRESET;
  }
  return was_reset_ ? std::optional(reply(ReplyKind::rst, clock_.now())) : std::nullopt;
}

Reply ProbeSocket::reply(ReplyKind kind, TimePoint time) const {
  Reply reply;
  reply.trace = probe_.id.trace;
  reply.probe = probe_.id.index;
  reply.kind = kind;
  reply.from = probe_.target.address;
  reply.time = time;
  if (time >= sent_) reply.rtt = time - sent_;
  return reply;
}

}  // namespace tracetcp
