#include "names/resolve.hpp"

#include "names/ares_answer.hpp"
#include "names/channel.hpp"
#include "platform/socket_name.hpp"

#include <tracetcp/dns.hpp>
#include <tracetcp/error.hpp>

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
  answer.addresses = take_addresses(result);
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
  if (answer.addresses.empty()) {
    throw Error(why_unresolved(host, family, answer.there ? answer.status : ARES_ETIMEOUT));
  }
  return answer.addresses;
}

std::vector<Address> resolve_host(const std::string& host, std::optional<Family> family) {
  return resolve_host(host, family, "", std::chrono::seconds(5));
}

}  // namespace tracetcp
