#include "platform/interfaces.hpp"

#include "platform/windows/adapters.hpp"
#include "platform/windows/sockets.hpp"

#include <ipifcons.h>

#include <algorithm>
#include <cerrno>

namespace tracetcp {

std::vector<InterfaceAddress> interface_addresses() {
  std::vector<InterfaceAddress> found;
  for (const windows::Adapter& adapter : windows::adapters()) {
    for (const Address& address : adapter.addresses) {
      found.push_back({.interface = adapter.name,
                       .address = address,
                       .is_loopback = adapter.type == IF_TYPE_SOFTWARE_LOOPBACK,
                       .is_running = adapter.is_up});
    }
  }
  std::stable_sort(found.begin(), found.end(), [](const auto& one, const auto& other) {
    return one.address.family() == Family::ipv4 && other.address.family() == Family::ipv6;
  });
  return found;
}

int refusal_to_bind(const std::string& /*interface*/) {
  return ENOTSUP;
}

}  // namespace tracetcp
