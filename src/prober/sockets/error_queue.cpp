#include "prober/sockets/error_queue.hpp"

#include "decode/extension.hpp"
#include "decode/tcp.hpp"
#include "decode/view.hpp"
#include "platform/socket_name.hpp"

#include <linux/errqueue.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <ctime>

namespace tracetcp {
namespace {

/// Copies what a control message holds to a struct of the kernel's.
template <class Struct>
Struct read_control(const cmsghdr* message, std::size_t at = 0) {
  Struct value{};
  const std::size_t size = message->cmsg_len - CMSG_LEN(0);
  if (at + sizeof value <= size) std::memcpy(&value, CMSG_DATA(message) + at, sizeof value);
  return value;
}

struct Control {
  sock_extended_err error{};
  QueuedError read;
};

void read_error(const cmsghdr* message, Control& control) {
  control.error = read_control<sock_extended_err>(message);
  control.read.icmp = {
      .family = control.error.ee_origin == SO_EE_ORIGIN_ICMP ? Family::ipv4 : Family::ipv6,
      .type = control.error.ee_type,
      .code = control.error.ee_code};
  // The address of who sent it follows: SO_EE_OFFENDER of recvmsg(2).
  const std::size_t size = message->cmsg_len - CMSG_LEN(0);
  if (size < sizeof(sock_extended_err)) return;
  const auto offender =
      endpoint_of(CMSG_DATA(message) + sizeof(sock_extended_err), size - sizeof(sock_extended_err));
  if (offender) control.read.from = offender->address;
}

void read_one(const cmsghdr* message, Control& control) {
  if (message->cmsg_level == SOL_SOCKET && message->cmsg_type == SCM_TIMESTAMPNS) {
    const auto time = read_control<timespec>(message);
    control.read.time =
        TimePoint(std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
  }
  const bool is_ipv4 = message->cmsg_level == IPPROTO_IP;
  if (!is_ipv4 && message->cmsg_level != IPPROTO_IPV6) return;
  if (message->cmsg_type == (is_ipv4 ? IP_RECVERR : IPV6_RECVERR)) read_error(message, control);
  if (message->cmsg_type == (is_ipv4 ? IP_TTL : IPV6_HOPLIMIT)) {
    control.read.ttl = Ttl{static_cast<std::uint8_t>(read_control<int>(message))};
  }
}

/// Where the extension begins in a quote that lacks its IP header: behind 128 bytes of datagram
/// (RFC 4884, section 5.5), or where the kernel says that it is.
std::size_t extension_offset(const sock_extended_err& error) {
  constexpr std::size_t ipv4_header = 20;
  constexpr std::size_t ipv6_header = 40;
  const std::size_t header = error.ee_origin == SO_EE_ORIGIN_ICMP ? ipv4_header : ipv6_header;
  return std::max<std::size_t>(error.ee_rfc4884.len, 128 - header);
}

}  // namespace

std::optional<QueuedError> take_icmp_error(int fd) {
  constexpr std::size_t longest = 1500;  // bytes; longer quotes are cut
  std::array<std::uint8_t, longest> payload{};
  alignas(cmsghdr) std::array<std::uint8_t, 512> ancillary{};
  for (;;) {
    iovec bytes{.iov_base = payload.data(), .iov_len = payload.size()};
    msghdr message{};
    message.msg_iov = &bytes;
    message.msg_iovlen = 1;
    message.msg_control = ancillary.data();
    message.msg_controllen = ancillary.size();
    const auto size = recvmsg(fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT);
    if (size < 0) return std::nullopt;
    Control control;
    for (const cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr;
         part = CMSG_NXTHDR(&message, const_cast<cmsghdr*>(part))) {
      read_one(part, control);
    }
    const bool is_icmp = control.error.ee_origin == SO_EE_ORIGIN_ICMP ||
                         control.error.ee_origin == SO_EE_ORIGIN_ICMP6;
    if (!is_icmp) continue;
    const decoding::View quote(Bytes(payload).first(static_cast<std::size_t>(size)));
    if (auto tcp = decoding::read_quoted_tcp(quote)) control.read.quoted = *tcp;
    control.read.mpls = decoding::read_mpls_extension(quote.after(extension_offset(control.error)));
    return control.read;
  }
}

}  // namespace tracetcp
