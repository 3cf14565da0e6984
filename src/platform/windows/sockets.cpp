#include "platform/windows/sockets.hpp"

#include "core/scope.hpp"
#include "platform/windows/text.hpp"

#include <algorithm>
#include <cstring>

namespace tracetcp::windows {

void start_sockets() {
  static const int code = [] {
    WSADATA unused{};
    return WSAStartup(MAKEWORD(2, 2), &unused);
  }();
  if (code != 0) throw failure("cannot set up sockets", static_cast<unsigned long>(code));
}

int socket_family(Family family) {
  return family == Family::ipv4 ? AF_INET : AF_INET6;
}

SOCKADDR_INET socket_address(const Endpoint& end, unsigned zone) {
  SOCKADDR_INET address{};
  if (end.address.family() == Family::ipv4) {
    address.Ipv4.sin_family = AF_INET;
    address.Ipv4.sin_addr.s_addr = htonl(end.address.ipv4());
    address.Ipv4.sin_port = htons(end.port.value);
    return address;
  }
  address.Ipv6.sin6_family = AF_INET6;
  const auto bytes = end.address.bytes();
  std::copy(bytes.begin(), bytes.end(), std::begin(address.Ipv6.sin6_addr.s6_addr));
  address.Ipv6.sin6_port = htons(end.port.value);
  if (is_link_local(end.address)) address.Ipv6.sin6_scope_id = zone;
  return address;
}

int size_of(const SOCKADDR_INET& address) {
  return address.si_family == AF_INET ? static_cast<int>(sizeof address.Ipv4)
                                      : static_cast<int>(sizeof address.Ipv6);
}

std::optional<Endpoint> endpoint_of(const SOCKADDR_INET& address) {
  if (address.si_family == AF_INET) {
    return Endpoint{Address(ntohl(address.Ipv4.sin_addr.s_addr)),
                    Port{ntohs(address.Ipv4.sin_port)}};
  }
  if (address.si_family == AF_INET6) {
    Address::Bytes bytes(address.Ipv6.sin6_addr.s6_addr);
    return Endpoint{Address(bytes), Port{ntohs(address.Ipv6.sin6_port)}};
  }
  return std::nullopt;
}

std::optional<Endpoint> endpoint_of(const sockaddr* address, std::size_t size) {
  SOCKADDR_INET copy{};
  if (address == nullptr || size < sizeof(sockaddr_in)) return std::nullopt;
  std::memcpy(&copy, address, std::min(size, sizeof copy));
  return endpoint_of(copy);
}

}  // namespace tracetcp::windows
