#pragma once

#include <libmnl/libmnl.h>

#include <array>

namespace tracetcp {

/// A rtnetlink(7) socket.
class Netlink {
 public:
  Netlink();  ///< throws Error
  ~Netlink();
  Netlink(const Netlink&) = delete;
  Netlink& operator=(const Netlink&) = delete;

  /// Sends a request that has one answer and hands that to `read`. Returns 0 or an errno.
  int ask(const nlmsghdr* request, mnl_cb_t read, void* out);

 private:
  int receive(mnl_cb_t read, void* out);

  mnl_socket* socket_;
  std::array<char, 8192> buffer_{};
};

}  // namespace tracetcp
