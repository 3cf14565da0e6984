#include "platform/send_remedy.hpp"

#include <cerrno>
#include <system_error>

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

bool is_refusal(int code) {
  return code == EPERM || code == EACCES;
}

Refusal refused_by_firewall(int code) {
  return {.cause = Refusal::Cause::firewall,
          .reason = std::generic_category().message(code),
          .neighbour = std::nullopt,
          .interface = ""};
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
