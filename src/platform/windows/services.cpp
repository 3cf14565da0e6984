#include "platform/services.hpp"

#include "platform/windows/sockets.hpp"

namespace tracetcp {

std::optional<std::uint16_t> tcp_service(const std::string& name) {
  windows::start_sockets();
  const servent* found = getservbyname(name.c_str(), "tcp");
  if (found == nullptr) return std::nullopt;
  return ntohs(static_cast<std::uint16_t>(found->s_port));
}

}  // namespace tracetcp
