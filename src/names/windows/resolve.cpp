#include "names/resolve.hpp"

#include "names/windows/unresolved.hpp"

#include <tracetcp/dns.hpp>
#include <tracetcp/error.hpp>

#include <fmt/core.h>

#include <future>
#include <thread>

namespace tracetcp {

std::string why_unresolved(const std::string& host, std::optional<Family> family,
                           const windows::HostAnswer& answer) {
  const std::string quoted = '"' + host + '"';
  if (!answer.failure.empty()) {
    return fmt::format("cannot look up {}: {}; check the network, or give the address", quoted,
                       answer.failure);
  }
  if (!answer.exists) return "host " + quoted + " does not exist; check its spelling";
  if (!family) return "host " + quoted + " has no address; check its spelling";
  return fmt::format("host {} has no {} address; take the other family, or none in particular",
                     quoted, name(*family));
}

std::vector<Address> resolve_host(const std::string& host, std::optional<Family> family,
                                  const std::string& /*servers*/, std::chrono::milliseconds limit) {
  if (const auto address = Address::parse(host)) return {*address};
  // The system's resolver can't be interrupted: what takes longer is left to end by itself.
  std::promise<windows::HostAnswer> promise;
  std::future<windows::HostAnswer> future = promise.get_future();
  std::thread([host, family, given = std::move(promise)]() mutable {
    given.set_value(windows::addresses_of_host(host, family));
  }).detach();
  if (future.wait_for(limit) != std::future_status::ready) {
    throw Error("cannot look up \"" + host +
                "\": no DNS server answered; check the network, or give the address");
  }
  const windows::HostAnswer answer = future.get();
  if (answer.addresses.empty()) throw Error(why_unresolved(host, family, answer));
  return answer.addresses;
}

std::vector<Address> resolve_host(const std::string& host, std::optional<Family> family) {
  return resolve_host(host, family, "", std::chrono::seconds(5));
}

}  // namespace tracetcp
