#pragma once

#include <tracetcp/address.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tracetcp {

/// The addresses of many host names, looked up side by side. No call here ever waits.
class HostAddresses {
 public:
  virtual ~HostAddresses() = default;

  struct Found {
    std::vector<Address> addresses;  ///< in the resolver's order; empty: there is none
    std::string failure;             ///< why there is none, and what to do about it
  };

  /// Starts the look-up of a name.
  virtual void ask(const std::string& host) = 0;

  /// What came of it, which is forgotten then; empty: no answer yet.
  virtual std::optional<Found> take(const std::string& host) = 0;
};

/// By c-ares in a thread of its own, as resolve_host() does it one by one. `on_answer` is called
/// from that thread and must do no more than wake a waiting thread. `servers` as for dns_names().
/// Throws Error.
std::unique_ptr<HostAddresses> dns_host_addresses(std::optional<Family> family,
                                                  std::function<void()> on_answer,
                                                  const std::string& servers = "");

}  // namespace tracetcp
