#pragma once

#include "link/sim/network.hpp"
#include "link/sim/node.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tracetcp::sim {

/// Turns a TOML document into a network.
class NetworkReader {
 public:
  /// Throws UsageError, see Node.
  static std::shared_ptr<const SimNetwork> read(const Node& document);

 private:
  void read_sources(const Node& node);
  void read_router(const Node& node);
  void read_addresses(const Node& node, Router& router);
  void read_host(const Node& node);
  void read_route(const Node& node);
  Path read_path(const Node& list, std::size_t depth, int nesting = 0);
  Step read_step(const Node& node, std::size_t depth, int nesting);
  Step read_fork(const Node& branches, std::size_t depth, int nesting);
  Step step_to(std::size_t router, const Node* rtt, std::size_t depth);
  void check_segments();
  std::size_t router_named(const Node& text);
  std::size_t plain_router(std::optional<Address> address);
  void add_direct_routes();

  std::shared_ptr<SimNetwork> network_ = std::make_shared<SimNetwork>();
  std::unordered_map<std::string, std::size_t> routers_;  ///< by key
  std::unordered_map<Address, const Node*> named_addresses_;
  std::unordered_map<Address, const Node*> unnamed_addresses_;
  const Node* segments_ = nullptr;  ///< the table of parts that routes share
  std::uint64_t places_ = 0;
  std::size_t elements_ = 0;  ///< of the path that is read, its segments written out
};

/// Reads the keys of a [[host]] table: a host for each of its addresses.
std::vector<Host> read_host_table(const Node& node);

/// Reads "10.0.0.0/8", "2001:db8::/32" or an address.
Prefix read_prefix(const Node& node);

}  // namespace tracetcp::sim
