#include "link/sim/reader.hpp"

#include <tracetcp/error.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <limits>
#include <system_error>

namespace tracetcp {

namespace sim {

std::shared_ptr<const SimNetwork> NetworkReader::read(const Node& document) {
  constexpr std::array<std::string_view, 6> keys = {"seed",    "source", "router",
                                                    "segment", "host",   "route"};
  document.allow_only(keys);
  NetworkReader reader;
  SimNetwork& network = *reader.network_;
  if (const Node* seed = document.find("seed")) {
    network.seed_ =
        static_cast<std::uint64_t>(seed->integer(0, std::numeric_limits<std::int64_t>::max()));
  }
  if (const Node* source = document.find("source")) reader.read_sources(*source);
  if (const Node* routers = document.find("router")) {
    for (const Node& router : routers->members()) reader.read_router(router);
  }
  reader.segments_ = document.find("segment");
  if (reader.segments_ != nullptr) reader.check_segments();
  if (const Node* hosts = document.find("host")) {
    for (const Node& host : hosts->items()) reader.read_host(host);
  }
  if (const Node* routes = document.find("route")) {
    for (const Node& route : routes->items()) reader.read_route(route);
  }
  reader.add_direct_routes();
  network.index();
  return reader.network_;
}

void NetworkReader::read_sources(const Node& node) {
  Addresses sources;
  for (const Node& item : node.one_or_more()) {
    if (!sources.add(item.address())) item.fail("at most one address of each family");
  }
  if (sources.ipv4) network_->source_ipv4_ = *sources.ipv4;
  if (sources.ipv6) network_->source_ipv6_ = *sources.ipv6;
}

void NetworkReader::read_addresses(const Node& node, Router& router) {
  const Node& addresses = node.need("address");
  for (const Node& item : addresses.one_or_more()) {
    const Address address = item.address();
    if (!router.addresses.add(address)) item.fail("at most one address of each family");
    // One with a name and one without may share it: the name then appears on some routes only.
    auto& known = node.find("name") == nullptr ? unnamed_addresses_ : named_addresses_;
    const auto [other, is_new] = known.emplace(address, &addresses);
    if (is_new) continue;
    addresses.fail(fmt::format("{} is the address of the router in line {} already", address.text(),
                               other->second->line()));
  }
  if (!router.addresses.first()) addresses.fail("must hold at least one address");
}

void NetworkReader::read_router(const Node& node) {
  std::vector<std::string_view> keys = {"address", "name", "rtt", "ttl", "hop_limit"};
  for (const BehaviourKey& behaviour : behaviour_keys()) keys.push_back(behaviour.key);
  node.allow_only(keys);

  Router router;
  router.key = node.key();
  // Only a router that never answers can do without an address.
  const Node* silent = node.find("silent");
  const bool answers = silent == nullptr || !silent->boolean();
  if (answers || node.find("address") != nullptr) read_addresses(node, router);
  if (const Node* name = node.find("name")) router.name = name->text();
  if (const Node* rtt = node.find("rtt")) router.rtt = read_rtt(*rtt);
  if (const Node* ttl = node.find("ttl")) {
    router.ttl = static_cast<std::uint8_t>(ttl->integer(1, 255));
  }
  if (const Node* limit = node.find("hop_limit")) {
    router.hop_limit = static_cast<std::uint8_t>(limit->integer(1, 255));
  }
  for (const BehaviourKey& behaviour : behaviour_keys()) {
    const Node* value = node.find(behaviour.key);
    if (value == nullptr) continue;
    if (MakeBehaviour make = behaviour.read(*value)) router.behaviours.push_back(std::move(make));
  }
  routers_.emplace(router.key, network_->routers_.size());
  network_->routers_.push_back(std::move(router));
}

void NetworkReader::read_host(const Node& node) {
  for (Host& host : read_host_table(node)) {
    const auto twin = std::ranges::find(network_->hosts_, host.prefix, &Host::prefix);
    if (twin != network_->hosts_.end()) node.need("address").fail("another host has this address");
    network_->hosts_.push_back(std::move(host));
  }
}

// A host that no route leads to is a neighbour of the client: 1 hop away.
void NetworkReader::add_direct_routes() {
  auto& routes = network_->routes_;
  const std::size_t written = routes.size();
  for (const Host& host : network_->hosts_) {
    const bool routed =
        std::any_of(routes.begin(), routes.begin() + static_cast<std::ptrdiff_t>(written),
                    [&host](const Route& route) { return route.to.contains(host.prefix.address); });
    if (routed) continue;
    Route direct;
    direct.to = host.prefix;
    direct.rtt = Rtt(std::chrono::milliseconds(1));
    direct.place = places_++;
    routes.push_back(std::move(direct));
  }
}

namespace {

// By the C library, since streams lose the reason of a failure.
std::string read_file(const std::string& path) {
  const auto fail = [&path] {
    throw UsageError(fmt::format("cannot read the network file {}: {}", path,
                                 std::generic_category().message(errno)));
  };
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                             &std::fclose);
  if (file == nullptr) fail();
  std::string text;
  std::array<char, 65536> chunk{};
  while (const std::size_t count = std::fread(chunk.data(), 1, chunk.size(), file.get())) {
    text.append(chunk.data(), count);
  }
  if (std::ferror(file.get()) != 0) fail();
  return text;
}

}  // namespace

}  // namespace sim

std::shared_ptr<const Network> parse_network(const std::string& text, const std::string& origin) {
  return sim::NetworkReader::read(sim::Node::parse(text, origin));
}

std::shared_ptr<const Network> load_network(const std::string& path) {
  return parse_network(sim::read_file(path), path);
}

}  // namespace tracetcp
