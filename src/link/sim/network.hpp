#pragma once

#include "link/sim/behaviour.hpp"
#include "link/sim/port_set.hpp"
#include "link/sim/reply_packets.hpp"
#include "link/sim/rtt.hpp"

#include <tracetcp/sim.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace tracetcp::sim {

/// How many bits an address of that family has.
constexpr int bits_of(Family family) {
  return family == Family::ipv4 ? 32 : 128;
}

/// An address, or all of its family that begin with the same bits.
struct Prefix {
  Address address;
  int bits = 32;

  [[nodiscard]] bool contains(const Address& other) const;
  [[nodiscard]] bool is_one_address() const { return bits == bits_of(address.family()); }
  bool operator==(const Prefix&) const = default;
};

/// At most one address of each family.
struct Addresses {
  std::optional<Address> ipv4;
  std::optional<Address> ipv6;

  [[nodiscard]] const std::optional<Address>& of(Family family) const {
    return family == Family::ipv4 ? ipv4 : ipv6;
  }
  [[nodiscard]] bool has(const Address& address) const { return of(address.family()) == address; }
  /// False where there is one of that family.
  bool add(const Address& address);
  /// The IPv4 address where there is one.
  [[nodiscard]] const std::optional<Address>& first() const { return ipv4 ? ipv4 : ipv6; }
};

struct Router {
  std::string key;  ///< by which routes name it
  Addresses addresses;
  std::string name;
  std::uint8_t ttl = 255;                 ///< of what it sends, as it leaves
  std::optional<std::uint8_t> hop_limit;  ///< the same of IPv6; empty: as `ttl`
  std::optional<Rtt> rtt;
  std::vector<MakeBehaviour> behaviours;
};

/// What a host does with SYNs to some ports.
struct HostRule {
  PortSet ports;
  enum class Does : std::uint8_t { open, closed, silent, reject } does = Does::silent;
  Answer rejection = {};
};

struct Host {
  Prefix prefix;
  std::string name;
  std::optional<PortSet> named_for;  ///< empty: the name leads here by default
  std::vector<HostRule> rules;       ///< the first that fits; the last fits all ports
  Personality personality;
  bool reset_acknowledges_isn = false;
  std::optional<Rtt> rtt;
  std::optional<Duration> down;  ///< how long the last router takes to find that it is down
};

/// What spreads packets over equal-cost branches.
enum class Spread : std::uint8_t {
  flow,         ///< the 4-tuple
  destination,  ///< the target's address
  packet,       ///< anew for each
  label,        ///< addresses and flow label
};

struct Step;
using Path = std::vector<Step>;

/// One element of a path: a router, or a fork.
struct Step {
  std::size_t router = 0;
  Rtt rtt{Duration::zero()};
  std::uint64_t place = 0;     ///< unique among all steps and routes
  std::vector<Path> branches;  ///< not empty: a fork, and `router` and `rtt` mean nothing
  Spread spread = Spread::flow;
};

struct Route {
  Prefix to;
  PortSet ports = PortSet::all();
  Path path;
  Rtt rtt{Duration::zero()};  ///< of the target
  bool own_rtt = false;       ///< `rtt` was given, so it outweighs the host's
  std::uint64_t place = 0;
};

/// The network as the file describes it. Does not change; what happens in it is a World's.
class SimNetwork final : public Network {
 public:
  [[nodiscard]] Address source(Family family) const override {
    return family == Family::ipv4 ? source_ipv4_ : source_ipv6_;
  }
  [[nodiscard]] std::uint64_t seed() const override { return seed_; }
  [[nodiscard]] std::vector<Address> addresses_of(const std::string& host,
                                                  Port port) const override;
  [[nodiscard]] std::string name_of(Address address, Endpoint target) const override;

  [[nodiscard]] const std::vector<Router>& routers() const { return routers_; }
  [[nodiscard]] const std::vector<Host>& hosts() const { return hosts_; }
  /// The first route to this address and port; nullptr: there is none.
  [[nodiscard]] const Route* route_to(Address address, std::uint16_t port) const;
  /// Index into hosts().
  [[nodiscard]] std::optional<std::size_t> host_at(Address address) const;

 private:
  friend class NetworkReader;

  [[nodiscard]] const Router* router_on(const Path& path, Address address) const;

  /// Fills the tables below from the lists.
  void index();

  Address source_ipv4_{0xc0a80002};  // 192.168.0.2
  Address source_ipv6_ = *Address::parse("2001:db8:0:1::2");
  std::uint64_t seed_ = 1;
  std::vector<Router> routers_;
  std::vector<Host> hosts_;
  std::vector<Route> routes_;

  std::unordered_map<Address, std::size_t> host_by_address_;
  std::vector<std::size_t> prefix_hosts_;
  std::unordered_map<Address, std::vector<std::size_t>> routes_by_address_;
  std::vector<std::size_t> prefix_routes_;
  std::unordered_map<Address, std::string> names_;
};

}  // namespace tracetcp::sim
