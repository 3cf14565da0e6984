#include "platform/netlink.hpp"

#include <tracetcp/error.hpp>

#include <linux/rtnetlink.h>

#include <cerrno>

namespace tracetcp {

Netlink::Netlink() : socket_(mnl_socket_open(NETLINK_ROUTE)) {
  if (socket_ == nullptr) throw Error::system("cannot ask the kernel for routes", errno);
  if (mnl_socket_bind(socket_, 0, MNL_SOCKET_AUTOPID) != 0) {
    const int code = errno;
    mnl_socket_close(socket_);
    throw Error::system("cannot ask the kernel for routes", code);
  }
}

Netlink::~Netlink() {
  mnl_socket_close(socket_);
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
