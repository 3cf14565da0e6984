#include "link/sim/network.hpp"

#include <algorithm>
#include <string_view>

namespace tracetcp::sim {

namespace {

bool same_name(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

}  // namespace

bool Prefix::contains(const Address& other) const {
  if (address.family() != other.family()) return false;
  const auto differ = [](std::uint64_t one, std::uint64_t another, int first_bits) {
    return first_bits > 0 && ((one ^ another) >> (64 - std::min(first_bits, 64))) != 0;
  };
  if (address.family() == Family::ipv4) {
    return !differ(std::uint64_t{address.ipv4()} << 32U, std::uint64_t{other.ipv4()} << 32U, bits);
  }
  return !differ(address.upper(), other.upper(), bits) &&
         !differ(address.lower(), other.lower(), bits - 64);
}

bool Addresses::add(const Address& address) {
  auto& place = address.family() == Family::ipv4 ? ipv4 : ipv6;
  if (place) return false;
  place = address;
  return true;
}

std::vector<Address> SimNetwork::addresses_of(const std::string& host, Port port) const {
  if (host.empty()) return {};
  std::vector<Address> of_port;
  std::vector<Address> by_default;
  for (const Host& candidate : hosts_) {
    if (!same_name(candidate.name, host)) continue;
    if (!candidate.named_for) {
      by_default.push_back(candidate.prefix.address);
    } else if (candidate.named_for->contains(port.value)) {
      of_port.push_back(candidate.prefix.address);
    }
  }
  if (!of_port.empty()) return of_port;
  if (!by_default.empty()) return by_default;
  const auto router = std::ranges::find_if(routers_, [&host](const Router& r) {
    return r.addresses.first() && same_name(r.name, host);
  });
  if (router == routers_.end()) return {};
  std::vector<Address> addresses;
  for (const Family family : {Family::ipv4, Family::ipv6}) {
    if (const auto& address = router->addresses.of(family)) addresses.push_back(*address);
  }
  return addresses;
}

std::string SimNetwork::name_of(Address address, Endpoint target) const {
  const Route* route = route_to(target.address, target.port.value);
  const Router* router = route == nullptr ? nullptr : router_on(route->path, address);
  if (router != nullptr) return router->name;
  const auto it = names_.find(address);
  return it == names_.end() ? "" : it->second;
}

/// The router of that address on a path; nullptr: it has none. Two routers of a file may share an
/// address, so that it has a name on one route and none on another.
const Router* SimNetwork::router_on(const Path& path, Address address) const {
  for (const Step& step : path) {
    for (const Path& branch : step.branches) {
      if (const Router* found = router_on(branch, address)) return found;
    }
    if (step.branches.empty() && routers_[step.router].addresses.has(address)) {
      return &routers_[step.router];
    }
  }
  return nullptr;
}

const Route* SimNetwork::route_to(Address address, std::uint16_t port) const {
  std::size_t best = routes_.size();
  const auto consider = [&](std::size_t i) {
    if (i < best && routes_[i].to.contains(address) && routes_[i].ports.contains(port)) best = i;
  };
  if (const auto it = routes_by_address_.find(address); it != routes_by_address_.end()) {
    std::ranges::for_each(it->second, consider);
  }
  std::ranges::for_each(prefix_routes_, consider);
  return best == routes_.size() ? nullptr : &routes_[best];
}

std::optional<std::size_t> SimNetwork::host_at(Address address) const {
  if (const auto it = host_by_address_.find(address); it != host_by_address_.end()) {
    return it->second;
  }
  const auto it = std::ranges::find_if(
      prefix_hosts_, [&](std::size_t i) { return hosts_[i].prefix.contains(address); });
  return it == prefix_hosts_.end() ? std::nullopt : std::optional(*it);
}

void SimNetwork::index() {
  for (std::size_t i = 0; i < hosts_.size(); ++i) {
    const Host& host = hosts_[i];
    if (host.prefix.is_one_address()) {
      host_by_address_.emplace(host.prefix.address, i);
      if (!host.name.empty()) names_.emplace(host.prefix.address, host.name);
    } else {
      prefix_hosts_.push_back(i);
    }
  }
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    const Prefix& to = routes_[i].to;
    if (to.is_one_address()) {
      routes_by_address_[to.address].push_back(i);
    } else {
      prefix_routes_.push_back(i);
    }
  }
  // A router's name outweighs a host's of the same address: it is the one on the way.
  for (const Router& router : routers_) {
    if (router.name.empty()) continue;
    for (const Family family : {Family::ipv4, Family::ipv6}) {
      const auto& address = router.addresses.of(family);
      if (address) names_.insert_or_assign(*address, router.name);
    }
  }
}

}  // namespace tracetcp::sim
