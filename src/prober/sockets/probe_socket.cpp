#include "prober/sockets/probe_socket.hpp"

#include "platform/outage.hpp"
#include "platform/send_remedy.hpp"
#include "platform/socket_name.hpp"
#include "prober/sockets/error_queue.hpp"

#include <tracetcp/error.hpp>

#include <fmt/core.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace tracetcp {
namespace {

template <class Value>
bool set(int fd, int level, int option, const Value& value) {
  return setsockopt(fd, level, option, &value, sizeof value) == 0;
}

/// The TTL of what it sends, and reports of ICMP errors with the TTL that these came with.
bool set_ip_options(int fd, Family family, Ttl ttl) {
  if (family == Family::ipv4) {
    constexpr int ip_recverr_rfc4884 = 26;       // linux/in.h, not in all headers
    set(fd, IPPROTO_IP, ip_recverr_rfc4884, 1);  // since Linux 5.9; else the place is guessed
    return set(fd, IPPROTO_IP, IP_TTL, int{ttl.value}) && set(fd, IPPROTO_IP, IP_RECVERR, 1) &&
           set(fd, IPPROTO_IP, IP_RECVTTL, 1);
  }
  constexpr int ipv6_recverr_rfc4884 = 31;  // linux/in6.h
  set(fd, IPPROTO_IPV6, ipv6_recverr_rfc4884, 1);
  return set(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, int{ttl.value}) &&
         set(fd, IPPROTO_IPV6, IPV6_RECVERR, 1) && set(fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1);
}

}  // namespace

Duration ProbeSocket::lifetime(const SocketWay& way) {
  const bool obeys_dontroute = way.source.family() == Family::ipv4;
  return way.by_gateway && obeys_dontroute ? Duration::max() : longest_life;
}

ProbeSocket::ProbeSocket(const SocketWay& way, const Probe& probe, Port port,
                         const SteadyRealTime& clock)
    : probe_(probe),
      clock_(clock),
      fd_(socket(socket_family(way.source.family()), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
                 0)) {
  if (fd_ == -1) throw Error::system("cannot open a socket", errno);
  try {
    set_options(way, port);
    connect_now(way.zone);
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
  constexpr int repetitions = 127;  // as many as TCP_SYNCNT takes: it is us who end it
  const bool is_set = set_ip_options(fd_, way.source.family(), probe_.ttl) &&
                      set(fd_, SOL_SOCKET, SO_TIMESTAMPNS, 1) &&
                      set(fd_, SOL_SOCKET, SO_LINGER, linger{.l_onoff = 1, .l_linger = 0}) &&
                      set(fd_, IPPROTO_TCP, TCP_SYNCNT, repetitions) &&
                      (port.value == 0 || set(fd_, SOL_SOCKET, SO_REUSEADDR, 1));
  if (!is_set) throw Error::system("cannot prepare a socket", errno);
  if (!way.interface.empty() && setsockopt(fd_, SOL_SOCKET, SO_BINDTODEVICE, way.interface.c_str(),
                                           static_cast<socklen_t>(way.interface.size())) != 0) {
    throw Error::system("cannot bind to interface " + way.interface, errno);
  }
  const SocketName name({way.source, port}, way.zone);
  if (bind(fd_, name.get(), name.size()) != 0) {
    throw Error::system(fmt::format("cannot send from {} port {}", way.source.text(), port.value),
                        errno);
  }
}

void ProbeSocket::connect_now(unsigned zone) {
  const SocketName name(probe_.target, zone);
  sent_ = clock_.now();
  if (connect(fd_, name.get(), name.size()) == 0 || errno == EINPROGRESS) return;
  const int code = errno;
  const auto error = Error::system("cannot send a SYN to " + probe_.target.address.text(), code,
                                   send_remedy(code));
  if (may_pass(code)) throw WayGone(error.what());
  if (is_refusal(code)) throw PacketRefused(refused_by_firewall(code));
  throw error;
}

/// Whether that is the address that our SYN bears.
bool ProbeSocket::from_here(const Address& address) const {
  const auto end = own_end(fd_);
  return end && end->address == address;
}

std::optional<Reply> ProbeSocket::result(SteadyStamps& stamps) {
  // First the queue, then SO_ERROR: some ICMP errors show as the errno of a RST, and taking them
  // from the queue clears it.
  if (const auto error = take_icmp_error(fd_)) {
    if (from_here(error->from) && error->from != probe_.target.address) {
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
