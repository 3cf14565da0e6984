#include "names/resolve.hpp"

#include "names/channel.hpp"
#include "platform/socket_name.hpp"

#include <tracetcp/dns.hpp>
#include <tracetcp/error.hpp>

#include <fmt/core.h>

#include <algorithm>

namespace tracetcp {

namespace {

struct Answer {
  bool there = false;
  int status = ARES_SUCCESS;
  std::vector<Address> addresses;  ///< each once
};

void on_addresses(void* argument, int status, int, ares_addrinfo* result) {
  auto& answer = *static_cast<Answer*>(argument);
  answer.there = true;
  answer.status = status;
  if (result == nullptr) return;
  for (const auto* node = result->nodes; node != nullptr; node = node->ai_next) {
    const auto end = endpoint_of(node->ai_addr, node->ai_addrlen);
    auto& known = answer.addresses;
    const bool is_new = end && std::find(known.begin(), known.end(), end->address) == known.end();
    if (is_new) known.push_back(end->address);
  }
  ares_freeaddrinfo(result);
}

[[noreturn]] void fail(const std::string& host, std::optional<Family> family, int status) {
  const std::string quoted = '"' + host + '"';
  switch (status) {
    case ARES_ENOTFOUND:
      throw Error("host " + quoted + " does not exist; check its spelling");
    case ARES_SUCCESS:
    case ARES_ENODATA:
      if (!family) throw Error("host " + quoted + " has no address; check its spelling");
      throw Error(
          fmt::format("host {} has no {} address; take the other family, or none in particular",
                      quoted, name(*family)));
    case ARES_ETIMEOUT:
    case ARES_ECONNREFUSED:  // also where all servers failed or refused
    case ARES_ECANCELLED:
      throw Error("cannot look up " + quoted +
                  ": no DNS server answered; check the network, or give the address");
    default:
      throw Error("cannot look up " + quoted + ": " + ares_strerror(status) +
                  "; check the name, or give the address");
  }
}

}  // namespace

std::vector<Address> resolve_host(const std::string& host, std::optional<Family> family,
                                  const std::string& servers, std::chrono::milliseconds limit) {
  using std::chrono::milliseconds;
  if (const auto address = Address::parse(host)) return {*address};

  Answer answer;  // before the channel, whose end may still write to it
  AresChannel channel(servers);
  ares_addrinfo_hints hints{};
  hints.ai_family = family ? socket_family(*family) : AF_UNSPEC;  // sorted by RFC 6724
  ares_getaddrinfo(channel.get(), host.c_str(), nullptr, &hints, on_addresses, &answer);

  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!answer.there) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left <= milliseconds(0)) {
      ares_cancel(channel.get());
      break;
    }
    channel.step(left);
  }
  if (answer.addresses.empty()) fail(host, family, answer.there ? answer.status : ARES_ETIMEOUT);
  return answer.addresses;
}

std::vector<Address> resolve_host(const std::string& host, std::optional<Family> family) {
  return resolve_host(host, family, "", std::chrono::seconds(5));
}

}  // namespace tracetcp
