#include "names/resolve.hpp"

#include "names/channel.hpp"

#include <tracetcp/dns.hpp>
#include <tracetcp/error.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>

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
    if (node->ai_family != AF_INET) continue;
    sockaddr_in socket_address{};
    std::memcpy(&socket_address, node->ai_addr, sizeof socket_address);
    const Address address(ntohl(socket_address.sin_addr.s_addr));
    auto& known = answer.addresses;
    if (std::find(known.begin(), known.end(), address) == known.end()) known.push_back(address);
  }
  ares_freeaddrinfo(result);
}

[[noreturn]] void fail(const std::string& host, int status) {
  const std::string quoted = '"' + host + '"';
  switch (status) {
    case ARES_ENOTFOUND:
      throw Error("host " + quoted + " does not exist; check its spelling");
    case ARES_SUCCESS:  // addresses, but none of IPv4
    case ARES_ENODATA:
      throw Error("host " + quoted + " has no IPv4 address, and IPv6 is not traced yet");
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

std::vector<Address> resolve_host(const std::string& host, const std::string& servers,
                                  std::chrono::milliseconds limit) {
  using std::chrono::milliseconds;
  if (const auto address = Address::parse_ipv4(host)) return {*address};

  Answer answer;  // before the channel, whose end may still write to it
  AresChannel channel(servers);
  ares_addrinfo_hints hints{};
  hints.ai_family = AF_INET;
  // Sorting by RFC 6724 opens a socket per address; the server's order is good enough.
  hints.ai_flags = ARES_AI_NOSORT;
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
  if (answer.addresses.empty()) fail(host, answer.there ? answer.status : ARES_ETIMEOUT);
  return answer.addresses;
}

std::vector<Address> resolve_host(const std::string& host) {
  return resolve_host(host, "", std::chrono::seconds(5));
}

}  // namespace tracetcp
