#include "platform/windows/resolver.hpp"

#include "platform/windows/sockets.hpp"
#include "platform/windows/text.hpp"

#include <algorithm>
#include <array>
#include <memory>

namespace tracetcp::windows {

HostAnswer addresses_of_host(const std::string& host, std::optional<Family> family) {
  start_sockets();
  ADDRINFOW hints{};
  hints.ai_family = family ? socket_family(*family) : AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  ADDRINFOW* result = nullptr;
  HostAnswer answer;
  const int code = GetAddrInfoW(wide(host).c_str(), nullptr, &hints, &result);
  const std::unique_ptr<ADDRINFOW, decltype(&FreeAddrInfoW)> owner(result, FreeAddrInfoW);
  answer.exists = code != WSAHOST_NOT_FOUND;
  if (code != 0 && answer.exists && code != WSANO_DATA) {
    answer.failure = message(static_cast<unsigned long>(code));
  }
  for (const ADDRINFOW* node = result; node != nullptr; node = node->ai_next) {
    const auto end = endpoint_of(node->ai_addr, node->ai_addrlen);
    auto& known = answer.addresses;
    const bool is_new = end && std::find(known.begin(), known.end(), end->address) == known.end();
    if (is_new) known.push_back(end->address);
  }
  return answer;
}

std::string name_of_address(const Address& address) {
  start_sockets();
  const SOCKADDR_INET end = socket_address({address, Port{}});
  std::array<wchar_t, NI_MAXHOST> name{};
  const int code = GetNameInfoW(reinterpret_cast<const sockaddr*>(&end), size_of(end), name.data(),
                                static_cast<DWORD>(name.size()), nullptr, 0, NI_NAMEREQD);
  return code == 0 ? utf8(name.data()) : "";
}

}  // namespace tracetcp::windows
