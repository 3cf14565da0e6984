#pragma once

#include <libmnl/libmnl.h>

#include <array>

namespace tracetcp {

/// A rtnetlink(7) socket.
class Netlink {
 public:
  Netlink();
  ~Netlink();
  Netlink(const Netlink&) = delete;
  Netlink& operator=(const Netlink&) = delete;

  /// Whether the kernel lets us have one.
  [[nodiscard]] bool is_open() const { return socket_ != nullptr; }

  /// Sends a request that has one answer and hands that to `read`. Returns 0 or an errno. It must
  /// be open.
  int ask(const nlmsghdr* request, mnl_cb_t read, void* out);

 private:
  int receive(mnl_cb_t read, void* out);

  mnl_socket* socket_;
  std::array<char, 8192> buffer_{};
};

}  // namespace tracetcp
