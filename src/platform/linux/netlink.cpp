#include "platform/netlink.hpp"

#include <linux/rtnetlink.h>

#include <cerrno>

namespace tracetcp {

// Without bind(2), which some forbid: the kernel chooses a port once something is sent.
Netlink::Netlink() : socket_(mnl_socket_open(NETLINK_ROUTE)) {}

Netlink::~Netlink() {
  if (socket_ != nullptr) mnl_socket_close(socket_);
}

int Netlink::ask(const nlmsghdr* request, mnl_cb_t read, void* out) {
  if (mnl_socket_sendto(socket_, request, request->nlmsg_len) == -1) return errno;
  return receive(read, out);
}

int Netlink::receive(mnl_cb_t read, void* out) {
  const auto size = mnl_socket_recvfrom(socket_, buffer_.data(), buffer_.size());
  if (size == -1) return errno;
  const int result = mnl_cb_run(buffer_.data(), static_cast<std::size_t>(size), 0, 0, read, out);
  return result == -1 ? errno : 0;
}

}  // namespace tracetcp
