#include "platform/socket_name.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>

namespace tracetcp {

int socket_family(Family family) {
  return family == Family::ipv4 ? AF_INET : AF_INET6;
}

SocketName::SocketName(const Endpoint& end, unsigned zone) {
  if (end.address.family() == Family::ipv4) {
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(end.address.ipv4());
    name.sin_port = htons(end.port.value);
    size_ = sizeof name;
    std::memcpy(&storage_, &name, sizeof name);
    return;
  }
  sockaddr_in6 name{};
  name.sin6_family = AF_INET6;
  const auto bytes = end.address.bytes();
  std::copy(bytes.begin(), bytes.end(), std::begin(name.sin6_addr.s6_addr));
  name.sin6_port = htons(end.port.value);
  if (is_link_local(end.address)) name.sin6_scope_id = zone;
  size_ = sizeof name;
  std::memcpy(&storage_, &name, sizeof name);
}

std::optional<Endpoint> endpoint_of(const void* name, std::size_t size) {
  sa_family_t family = AF_UNSPEC;
  if (size < sizeof family) return std::nullopt;
  std::memcpy(&family, name, sizeof family);
  if (family == AF_INET && size >= sizeof(sockaddr_in)) {
    sockaddr_in ipv4{};
    std::memcpy(&ipv4, name, sizeof ipv4);
    return Endpoint{Address(ntohl(ipv4.sin_addr.s_addr)), Port{ntohs(ipv4.sin_port)}};
  }
  if (family == AF_INET6 && size >= sizeof(sockaddr_in6)) {
    sockaddr_in6 ipv6{};
    std::memcpy(&ipv6, name, sizeof ipv6);
    return Endpoint{Address(Address::Bytes(ipv6.sin6_addr.s6_addr)), Port{ntohs(ipv6.sin6_port)}};
  }
  return std::nullopt;
}

bool route_by(int fd, Family family, unsigned interface_index) {
  if (interface_index == 0) return true;
  const std::uint32_t index = htonl(interface_index);
  return family == Family::ipv4
             ? setsockopt(fd, IPPROTO_IP, IP_UNICAST_IF, &index, sizeof index) == 0
             : setsockopt(fd, IPPROTO_IPV6, IPV6_UNICAST_IF, &index, sizeof index) == 0;
}

std::optional<Endpoint> own_end(int fd) {
  sockaddr_storage name{};
  socklen_t size = sizeof name;
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&name), &size) != 0) return std::nullopt;
  return endpoint_of(&name, size);
}

}  // namespace tracetcp
