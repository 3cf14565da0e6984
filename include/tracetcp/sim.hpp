#pragma once

#include <tracetcp/address.hpp>
#include <tracetcp/link.hpp>
#include <tracetcp/names.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tracetcp {

/// A simulated network as a TOML file describes it: routers, routes, hosts, names.
class Network {
 public:
  virtual ~Network() = default;

  /// Where the traces of that family start.
  [[nodiscard]] virtual Address source(Family family) const = 0;
  /// The seed that the file names; 1 where it names none.
  [[nodiscard]] virtual std::uint64_t seed() const = 0;
  /// The addresses of a host name, for a trace to this port; empty: no such name.
  [[nodiscard]] virtual std::vector<Address> addresses_of(const std::string& host,
                                                          Port port) const = 0;
  /// The first of these; empty: there is none.
  [[nodiscard]] std::optional<Address> resolve(const std::string& host, Port port) const {
    const auto addresses = addresses_of(host, port);
    return addresses.empty() ? std::nullopt : std::optional(addresses.front());
  }
  /// The name of an address, as a trace to that target gets it; empty: it has none.
  [[nodiscard]] virtual std::string name_of(Address address, Endpoint target) const = 0;
};

/// Reads a network from a file. Throws UsageError, whose message names file, line and key.
std::shared_ptr<const Network> load_network(const std::string& path);

/// The same from text; `origin` stands for the file name in messages.
std::shared_ptr<const Network> parse_network(const std::string& text, const std::string& origin);

/// An in-process network in virtual time: wait() returns at once. It starts at a fixed moment, and
/// the same network, seed and packets give the same frames with the same stamps, always.
std::unique_ptr<Link> make_simulated_link(std::shared_ptr<const Network> network,
                                          std::uint64_t seed);

/// The names of a network's routers and hosts, for a trace to that target; every answer is there at
/// once.
std::unique_ptr<Names> simulated_names(std::shared_ptr<const Network> network, Endpoint target);

}  // namespace tracetcp
