#include "platform/interfaces.hpp"

#include <tracetcp/error.hpp>

#include <arpa/inet.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace tracetcp {
namespace {

/// All entries of SIOCGIFCONF, which has one for each IPv4 address. Empty where `fd` gives none.
std::vector<ifreq> list_addresses(int fd) {
  ifconf list{};
  if (ioctl(fd, SIOCGIFCONF, &list) != 0) return {};  // without room: tells how much it takes
  constexpr std::size_t more = 16;                    // may be added in between
  std::vector<ifreq> entries(static_cast<std::size_t>(list.ifc_len) / sizeof(ifreq) + more);
  list.ifc_len = static_cast<int>(entries.size() * sizeof(ifreq));
  list.ifc_req = entries.data();
  if (ioctl(fd, SIOCGIFCONF, &list) != 0) return {};
  entries.resize(static_cast<std::size_t>(list.ifc_len) / sizeof(ifreq));
  return entries;
}

}  // namespace

std::vector<InterfaceAddress> interface_addresses() {
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd == -1) throw Error::system("cannot list the addresses of this machine", errno);
  std::vector<InterfaceAddress> found;
  for (ifreq& entry : list_addresses(fd)) {
    sockaddr_in name{};
    std::memcpy(&name, &entry.ifr_addr, sizeof name);
    const bool has_flags = ioctl(fd, SIOCGIFFLAGS, &entry) == 0;
    const int flags = has_flags ? entry.ifr_flags : 0;
    const std::string label = std::data(entry.ifr_name);  // eth0, or eth0:1 of an address's own
    found.push_back({.interface = label.substr(0, label.find(':')),
                     .address = Address(ntohl(name.sin_addr.s_addr)),
                     .is_loopback = (flags & IFF_LOOPBACK) != 0,
                     .is_running = (flags & IFF_UP) != 0 && (flags & IFF_RUNNING) != 0});
  }
  close(fd);
  return found;
}

}  // namespace tracetcp
