#pragma once

#include "core/scope.hpp"

#include <tracetcp/address.hpp>

#include <sys/socket.h>

#include <optional>

namespace tracetcp {

/// AF_INET or AF_INET6.
int socket_family(Family family);

/// One end of a connection as the kernel's socket calls take it (ip(7), ipv6(7)).
class SocketName {
 public:
  /// `zone` is the index of the interface on whose link a link-local address is meant (RFC 4007,
  /// section 6). It is left out for all other addresses.
  explicit SocketName(const Endpoint& end, unsigned zone = 0);

  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage_); }
  [[nodiscard]] socklen_t size() const { return size_; }

 private:
  sockaddr_storage storage_{};
  socklen_t size_ = 0;
};

/// What the kernel wrote there; empty: neither IPv4 nor IPv6, or too short.
std::optional<Endpoint> endpoint_of(const void* name, std::size_t size);

/// Has a socket routed by that interface; 0: by any. Unlike binding it leaves the kernel free to
/// receive by others (IP_UNICAST_IF of ip(7); IPV6_UNICAST_IF). False: refused, see errno.
bool route_by(int fd, Family family, unsigned interface_index);

/// This machine's end of a socket (getsockname(2)); empty: not known.
std::optional<Endpoint> own_end(int fd);

}  // namespace tracetcp
