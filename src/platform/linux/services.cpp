#include "platform/services.hpp"

#include <arpa/inet.h>
#include <netdb.h>

#include <array>

namespace tracetcp {

std::optional<std::uint16_t> tcp_service(const std::string& name) {
  servent entry{};
  servent* found = nullptr;
  std::array<char, 4096> buffer{};
  if (getservbyname_r(name.c_str(), "tcp", &entry, buffer.data(), buffer.size(), &found) != 0 ||
      found == nullptr) {
    return std::nullopt;
  }
  return ntohs(static_cast<std::uint16_t>(entry.s_port));
}

}  // namespace tracetcp
