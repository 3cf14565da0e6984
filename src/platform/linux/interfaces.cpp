#include "platform/interfaces.hpp"

#include "platform/socket_name.hpp"

#include <tracetcp/error.hpp>

#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <utility>

namespace tracetcp {
namespace {

/// All entries of SIOCGIFCONF, which has one for each IPv4 address. Empty where `fd` gives none.
std::vector<ifreq> list_addresses(int fd) {
  ifconf list{};
  if (ioctl(fd, SIOCGIFCONF, &list) != 0) return {};  // without a buffer: sets the size needed
  constexpr std::size_t more = 16;                    // may be added in between
  std::vector<ifreq> entries(static_cast<std::size_t>(list.ifc_len) / sizeof(ifreq) + more);
  list.ifc_len = static_cast<int>(entries.size() * sizeof(ifreq));
  list.ifc_req = entries.data();
  if (ioctl(fd, SIOCGIFCONF, &list) != 0) return {};
  entries.resize(static_cast<std::size_t>(list.ifc_len) / sizeof(ifreq));
  return entries;
}

struct NamedAddress {
  std::string label;  ///< eth0, or eth0:1 of an address's own
  Address address;
};

std::vector<NamedAddress> ipv4_addresses(int fd) {
  std::vector<NamedAddress> found;
  for (const ifreq& entry : list_addresses(fd)) {
    const auto end = endpoint_of(&entry.ifr_addr, sizeof entry.ifr_addr);
    if (end) found.push_back({std::data(entry.ifr_name), end->address});
  }
  return found;
}

/// Lines of /proc/net/if_inet6: the address in 32 hexadecimal digits, then in hexadecimal the
/// interface's index, the prefix's length, scope and flags, then the interface's name. Empty where
/// this kernel has no IPv6.
std::vector<NamedAddress> ipv6_addresses() {
  std::vector<NamedAddress> found;
  std::ifstream file("/proc/net/if_inet6");
  std::string digits;
  std::string skipped;
  std::string name;
  while (file >> digits >> skipped >> skipped >> skipped >> skipped >> name) {
    std::array<std::uint8_t, Address::ipv6_size> bytes{};
    if (digits.size() != 2 * bytes.size()) break;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      std::from_chars(digits.data() + 2 * i, digits.data() + 2 * i + 2, bytes[i], 16);
    }
    found.push_back({name, Address(Address::Bytes(bytes))});
  }
  return found;
}

int flags_of(int fd, const std::string& label) {
  ifreq request{};
  label.copy(std::data(request.ifr_name), IFNAMSIZ - 1);
  return ioctl(fd, SIOCGIFFLAGS, &request) == 0 ? request.ifr_flags : 0;
}

}  // namespace

std::vector<InterfaceAddress> interface_addresses() {
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd == -1) throw Error::system("cannot list the addresses of this machine", errno);
  std::vector<NamedAddress> named = ipv4_addresses(fd);
  for (NamedAddress& ipv6 : ipv6_addresses()) named.push_back(std::move(ipv6));
  std::vector<InterfaceAddress> found;
  for (const auto& [label, address] : named) {
    const int flags = flags_of(fd, label);
    found.push_back({.interface = label.substr(0, label.find(':')),
                     .address = address,
                     .is_loopback = (flags & IFF_LOOPBACK) != 0,
                     .is_running = (flags & IFF_UP) != 0 && (flags & IFF_RUNNING) != 0});
  }
  close(fd);
  return found;
}

int refusal_to_bind(const std::string& interface) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd == -1) throw Error::system("cannot open a socket", errno);
  const auto size = static_cast<socklen_t>(interface.size());
  const bool bound = setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface.c_str(), size) == 0;
  const int code = bound ? 0 : errno;
  close(fd);
  return code;
}

}  // namespace tracetcp
