#include "platform/route.hpp"

#include "platform/netlink.hpp"

#include <tracetcp/error.hpp>

#include <arpa/inet.h>
#include <fmt/core.h>
#include <ifaddrs.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace tracetcp {
namespace {

std::string way_to(Address target, const std::string& interface) {
  return fmt::format("cannot reach {}{}", target.text(),
                     interface.empty() ? "" : " by interface " + interface);
}

unsigned index_of(const std::string& interface) {
  const unsigned index = if_nametoindex(interface.c_str());
  if (index != 0) return index;
  throw Error(fmt::format("no interface {}; `ip link` lists those of this machine", interface));
}

void require_up(const std::string& interface) {
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd == -1) throw Error::system("cannot ask for the state of " + interface, errno);
  ifreq request{};
  interface.copy(std::data(request.ifr_name), IFNAMSIZ - 1);
  const int failed = ioctl(fd, SIOCGIFFLAGS, &request);
  close(fd);
  if (failed != 0 || (request.ifr_flags & IFF_UP) != 0) return;
  throw Error(fmt::format("interface {0} is down; `ip link set {0} up` as root", interface));
}

void require_ours(Address source) {
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd == -1) throw Error::system("cannot try source address " + source.text(), errno);
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_addr.s_addr = htonl(source.value());
  const int failed = bind(fd, reinterpret_cast<const sockaddr*>(&name), sizeof name);
  close(fd);
  if (failed == 0) return;
  throw Error(fmt::format("source address {} is not one of this machine's; `ip address` lists them",
                          source.text()));
}

/// The RTM_GETROUTE request, in `buffer`.
nlmsghdr* ask(void* buffer, Address target, unsigned index, std::optional<Address> source) {
  nlmsghdr* header = mnl_nlmsg_put_header(buffer);
  header->nlmsg_type = RTM_GETROUTE;
  header->nlmsg_flags = NLM_F_REQUEST;
  auto* route = static_cast<rtmsg*>(mnl_nlmsg_put_extra_header(header, sizeof(rtmsg)));
  route->rtm_family = AF_INET;
  route->rtm_dst_len = 32;
  mnl_attr_put_u32(header, RTA_DST, htonl(target.value()));
  if (index != 0) mnl_attr_put_u32(header, RTA_OIF, index);
  if (source) {
    route->rtm_src_len = 32;
    mnl_attr_put_u32(header, RTA_SRC, htonl(source->value()));
  }
  return header;
}

int read_route_attribute(const nlattr* attribute, void* out) {
  Route& route = *static_cast<Route*>(out);
  if (mnl_attr_get_payload_len(attribute) != sizeof(std::uint32_t)) return MNL_CB_OK;
  const std::uint32_t value = mnl_attr_get_u32(attribute);
  switch (mnl_attr_get_type(attribute)) {
    case RTA_OIF:
      route.interface_index = value;
      break;
    case RTA_PREFSRC:
      route.source = Address(ntohl(value));
      break;
    case RTA_GATEWAY:
      route.gateway = Address(ntohl(value));
      break;
    default:
      break;
  }
  return MNL_CB_OK;
}

int read_route(const nlmsghdr* header, void* out) {
  if (header->nlmsg_type != RTM_NEWROUTE) return MNL_CB_OK;
  static_cast<Route*>(out)->type =
      static_cast<const rtmsg*>(mnl_nlmsg_get_payload(header))->rtm_type;
  return mnl_attr_parse(header, sizeof(rtmsg), read_route_attribute, out);
}

}  // namespace

Route find_route(Address target, const std::string& interface, std::optional<Address> source) {
  const unsigned index = interface.empty() ? 0 : index_of(interface);
  if (index != 0) require_up(interface);
  if (source) require_ours(*source);

  std::array<char, 1024> buffer{};
  Route route;
  const int code = Netlink().ask(ask(buffer.data(), target, index, source), read_route, &route);
  if (code != 0) {
    throw Error::system(way_to(target, interface), code, "`ip route` shows where packets can go");
  }
  const bool one_host = route.type == RTN_UNICAST || route.type == RTN_LOCAL;
  if (!one_host || target.value() >> 24 == 0) {
    throw Error(fmt::format("{} is not the address of a host, but of many or none", target.text()));
  }
  if (source) route.source = *source;
  std::array<char, IF_NAMESIZE> name{};
  if (if_indextoname(route.interface_index, name.data()) == nullptr) {
    throw Error(way_to(target, interface) + ": its route names no interface");
  }
  route.interface = name.data();
  return route;
}

LinkHeader link_header(const std::string& interface) {
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd == -1) throw Error::system("cannot ask for the type of " + interface, errno);
  ifreq request{};
  interface.copy(std::data(request.ifr_name), IFNAMSIZ - 1);
  const int failed = ioctl(fd, SIOCGIFHWADDR, &request);
  const int code = errno;
  close(fd);
  if (failed != 0) throw Error::system("cannot ask for the type of " + interface, code);
  switch (request.ifr_hwaddr.sa_family) {
    case ARPHRD_ETHER:
      return LinkHeader::ethernet;
    case ARPHRD_NONE:  // tun, WireGuard
    case ARPHRD_PPP:
    case ARPHRD_TUNNEL:
      return LinkHeader::none;
    default:
      return LinkHeader::other;
  }
}

bool is_local(const Route& route) {
  return route.type == RTN_LOCAL;
}

bool has_address(const std::string& interface, Address address) {
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0)
    throw Error::system("cannot list the addresses of this machine", errno);
  bool found = false;
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    if (entry->ifa_addr == nullptr || entry->ifa_addr->sa_family != AF_INET) continue;
    if (interface != entry->ifa_name) continue;
    sockaddr_in name{};
    std::memcpy(&name, entry->ifa_addr, sizeof name);
    const bool loopback = (entry->ifa_flags & IFF_LOOPBACK) != 0;
    found = found || loopback || Address(ntohl(name.sin_addr.s_addr)) == address;
  }
  freeifaddrs(list);
  return found;
}

}  // namespace tracetcp
