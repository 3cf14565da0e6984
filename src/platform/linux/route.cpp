#include "platform/route.hpp"

#include "platform/interfaces.hpp"
#include "platform/netlink.hpp"
#include "platform/route_by_socket.hpp"
#include "platform/route_message.hpp"
#include "platform/socket_name.hpp"

#include <tracetcp/error.hpp>

#include <fmt/core.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace tracetcp {
namespace {

std::string way_to(const RouteQuery& query) {
  return fmt::format("cannot reach {}{}", query.target.text(),
                     query.interface.empty() ? "" : " by interface " + query.interface);
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

void require_ours(const Address& source, unsigned zone) {
  const int fd = socket(socket_family(source.family()), SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd == -1) throw Error::system("cannot try source address " + source.text(), errno);
  const SocketName name({source, Port{}}, zone);
  const int failed = bind(fd, name.get(), name.size());
  close(fd);
  if (failed == 0) return;
  throw Error(fmt::format("source address {} is not one of this machine's; `ip address` lists them",
                          source.text()));
}

/// 0 or an errno.
int ask(Netlink& netlink, const RouteQuestion& question, RouteAnswer& answer) {
  if (!netlink.is_open()) return ask_by_socket(question, answer);
  RouteBuffer buffer{};
  return netlink.ask(write_question(buffer, question), read_route_answer, &answer);
}

[[noreturn]] void refuse_loopback(const RouteQuery& query) {
  throw Error(fmt::format("{}: source address {} reaches this machine alone; choose another",
                          way_to(query), query.source->text()));
}

/// What the kernel means by an errno: rtnetlink(7) has one for each type of route (`ip route add
/// TYPE`) and of rule (`ip rule add ... TYPE`).
[[noreturn]] void refuse(const RouteQuery& query, int code) {
  const std::string way = way_to(query);
  const char* const ip = query.target.family() == Family::ipv4 ? "ip" : "ip -6";
  const std::string where =
      fmt::format("`{0} route get {1}` and `{0} rule` show it", ip, query.target.text());
  switch (code) {
    case EACCES:
      throw Error(fmt::format("{}: a route or rule of type prohibit forbids it; {}", way, where));
    case EHOSTUNREACH:
      throw Error(fmt::format("{}: its route is of type unreachable; {}", way, where));
    case EINVAL:
      if (query.source && is_loopback(*query.source)) refuse_loopback(query);
      throw Error(fmt::format("{}: a route or rule of type blackhole discards it; {}", way, where));
    default:
      throw Error::system(way, code,
                          fmt::format("`{0} route` and `{0} rule` show where packets can go", ip));
  }
}

/// 0.0.0.0/8 (RFC 1122, section 3.2.1.3) or :: (RFC 4291, section 2.5.2).
bool is_unspecified(const Address& target) {
  if (target.family() == Family::ipv4) return target.ipv4() >> 24 == 0;
  return target.upper() == 0 && target.lower() == 0;
}

void require_host(const Address& target, unsigned char type) {
  const bool one_host = type == RTN_UNICAST || type == RTN_LOCAL;
  if (one_host && !is_unspecified(target)) return;
  throw Error(fmt::format("{} is not the address of a host, but of many or none", target.text()));
}

}  // namespace

Routes::Routes() : netlink_(std::make_unique<Netlink>()) {}

Routes::~Routes() = default;

Route find_route(const RouteQuery& query) {
  return Routes().find(query);
}

Route Routes::find(const RouteQuery& query) {
  RouteQuestion question{
      .target = query.target,
      .source = query.source,
      .source_port = query.source_port,
      .target_port = query.target_port,
      .interface_index = query.interface.empty() ? 0 : index_of(query.interface)};
  if (question.interface_index != 0) require_up(query.interface);
  if (query.source) require_ours(*query.source, question.interface_index);

  RouteAnswer answer;
  int code = ask(*netlink_, question, answer);
  // Where an IPv6 packet has a source the kernel takes the interface for a hint; without one it
  // insists on it, as for a socket that is bound to it (ip6_route_output_flags_noref() of Linux).
  const auto asked_for = question.interface_index;
  if (code == 0 && asked_for != 0 && answer.interface_index != asked_for && query.source) {
    question.source.reset();
    answer = {};
    code = ask(*netlink_, question, answer);
  }
  if (code != 0) refuse(query, code);
  require_host(query.target, answer.type);
  std::array<char, IF_NAMESIZE> interface {};
  if (if_indextoname(answer.interface_index, interface.data()) == nullptr) {
    throw Error(way_to(query) + ": its route names no interface");
  }
  Route route{.interface = interface.data(),
              .interface_index = answer.interface_index,
              .type = answer.type,
              .source = query.source.value_or(answer.source),
              .gateway = answer.gateway};
  // Over IPv6 the kernel would send from it, which RFC 4291, section 2.5.3, forbids.
  if (query.source && is_loopback(*query.source) && !is_local(route)) refuse_loopback(query);
  // Where no interface has a better one, the kernel names ::1 for packets that leave this machine.
  const bool is_usable = query.source || is_local(route) || !is_loopback(route.source);
  if (route.source != Address() && is_usable) return route;
  throw Error(
      fmt::format("{}: neither {} nor another interface has an {} address to send from; "
                  "`ip address add` gives it one",
                  way_to(query), route.interface, name(query.target.family())));
}

bool same_way(const Route& one, const Route& other) {
  return one.interface_index == other.interface_index && one.gateway == other.gateway;
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

bool is_only_way_back(const Route& route) {
  bool has_source = false;
  for (const InterfaceAddress& entry : interface_addresses()) {
    if (entry.address.family() != route.source.family()) continue;
    const bool is_routes = entry.interface == route.interface;
    // The loopback has all of 127.0.0.0/8, and takes what is sent to the addresses of the others.
    has_source = has_source || (is_routes && (entry.is_loopback || entry.address == route.source));
    if (!is_routes && entry.is_running && !entry.is_loopback) return false;
  }
  return has_source;
}

}  // namespace tracetcp
