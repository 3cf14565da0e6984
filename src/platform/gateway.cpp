#include "platform/gateway.hpp"

#include <arpa/inet.h>

namespace tracetcp {

std::string Gateway::text() const {
  if (ipv4) return ipv4->text();
  if (!ipv6) return "unknown";
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(AF_INET6, ipv6->data(), text.data(), text.size());
  return text.data();
}

}  // namespace tracetcp
