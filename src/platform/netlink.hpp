#pragma once

#include <libmnl/libmnl.h>

#include <array>
#include <chrono>
#include <string>

namespace tracetcp {

/// A rtnetlink(7) socket.
class Netlink {
 public:
  /// `groups`: the multicast groups to join, as a bit mask (RTMGRP_...). Throws Error.
  explicit Netlink(unsigned groups = 0);
  ~Netlink();
  Netlink(const Netlink&) = delete;
  Netlink& operator=(const Netlink&) = delete;

  /// Sends a request that has one answer and hands that to `read`. Returns 0 or an errno.
  int ask(const nlmsghdr* request, mnl_cb_t read, void* out);

  /// Hands one message, a multicast one for instance, to `read`. False: none came in that time.
  bool listen(std::chrono::milliseconds timeout, mnl_cb_t read, void* out);

 private:
  int receive(mnl_cb_t read, void* out);

  mnl_socket* socket_;
  std::array<char, 8192> buffer_{};
};

}  // namespace tracetcp
