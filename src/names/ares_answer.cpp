#include "names/ares_answer.hpp"

#include "platform/socket_name.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace tracetcp {

std::vector<Address> take_addresses(ares_addrinfo* answer) {
  std::vector<Address> known;
  if (answer == nullptr) return known;
  for (const auto* node = answer->nodes; node != nullptr; node = node->ai_next) {
    const auto end = endpoint_of(node->ai_addr, node->ai_addrlen);
    const bool is_new = end && std::find(known.begin(), known.end(), end->address) == known.end();
    if (is_new) known.push_back(end->address);
  }
  ares_freeaddrinfo(answer);
  return known;
}

std::string why_unresolved(const std::string& host, std::optional<Family> family, int status) {
  const std::string quoted = '"' + host + '"';
  switch (status) {
    case ARES_ENOTFOUND:
      return "host " + quoted + " does not exist; check its spelling";
    case ARES_SUCCESS:
    case ARES_ENODATA:
      if (!family) return "host " + quoted + " has no address; check its spelling";
      return fmt::format("host {} has no {} address; take the other family, or none in particular",
                         quoted, name(*family));
    case ARES_ETIMEOUT:
    case ARES_ECONNREFUSED:  // also where all servers failed or refused
    case ARES_ECANCELLED:
      return "cannot look up " + quoted +
             ": no DNS server answered; check the network, or give the address";
    default:
      return "cannot look up " + quoted + ": " + ares_strerror(status) +
             "; check the name, or give the address";
  }
}

}  // namespace tracetcp
