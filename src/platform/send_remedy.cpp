#include "platform/send_remedy.hpp"

#include <cerrno>

namespace tracetcp {

std::string send_remedy(int code) {
  switch (code) {
    case EPERM:
    case EACCES:
      return "a firewall on this machine forbids it; see `nft list ruleset`";
    case ENETUNREACH:
    case EHOSTUNREACH:
      return "the route is gone; `ip route` shows where packets can go";
    case ENETDOWN:
      return "the interface went down; `ip link` shows it";
    case EADDRNOTAVAIL:
      return "another program has a connection from this source port; choose another";
    default:
      return "";
  }
}

bool may_pass(int code) {
  switch (code) {
    case ENETDOWN:
    case ENETUNREACH:
    case EHOSTUNREACH:
    case ENOBUFS:
      return true;
    default:
      return false;
  }
}

}  // namespace tracetcp
