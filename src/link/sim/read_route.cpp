#include "link/sim/reader.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace tracetcp::sim {

namespace {

/// Where a step takes no time of its own: each router is 1 ms further away than the one before.
Rtt default_rtt(std::size_t depth) {
  return Rtt(std::chrono::milliseconds(depth + 1));
}

/// Hops of the longest way.
std::size_t length_of(const Path& path) {
  std::size_t length = 0;
  for (const Step& step : path) {
    std::size_t longest = step.branches.empty() ? 1 : 0;
    for (const Path& branch : step.branches) longest = std::max(longest, length_of(branch));
    length += longest;
  }
  return length;
}

std::vector<Prefix> read_destinations(const Node& to) {
  std::vector<Prefix> prefixes;
  for (const Node& item : to.one_or_more()) {
    const bool everywhere = item.is(Node::Kind::text) && item.text() == "default";
    if (!everywhere) {
      prefixes.push_back(read_prefix(item));
      continue;
    }
    constexpr std::array<std::uint8_t, Address::ipv6_size> unspecified{};
    prefixes.push_back({Address(), 0});
    prefixes.push_back({Address(Address::Bytes(unspecified)), 0});
  }
  return prefixes;
}

}  // namespace

void NetworkReader::read_route(const Node& node) {
  node.allow_only(std::array<std::string_view, 4>{"to", "ports", "via", "rtt"});
  const Node& to = node.need("to");
  Route route;
  if (const Node* ports = node.find("ports")) route.ports = read_ports(*ports);
  elements_ = 0;
  if (const Node* via = node.find("via")) route.path = read_path(*via, 0);
  const Node* rtt = node.find("rtt");
  route.rtt = rtt != nullptr ? read_rtt(*rtt) : default_rtt(length_of(route.path));
  route.own_rtt = rtt != nullptr;
  for (const Prefix& prefix : read_destinations(to)) {
    for (const Route& earlier : network_->routes_) {
      if (earlier.to == prefix && earlier.ports.covers(route.ports)) {
        to.fail("an earlier route leads there for these ports, so this one is never used");
      }
    }
    route.to = prefix;
    // That of "default" is one for both families: the places behind it choose branches of forks.
    const bool is_other_default = prefix.bits == 0 && prefix.address.family() == Family::ipv6;
    route.place = is_other_default ? places_ - 1 : places_++;
    network_->routes_.push_back(route);
  }
}

Path NetworkReader::read_path(const Node& list, std::size_t depth, int nesting) {
  constexpr int deepest = 8;
  constexpr std::size_t most_elements = 10000;
  if (nesting > deepest) list.fail("segments within segments, too deep or without end");
  Path path;
  for (const Node& item : list.items()) {
    if (++elements_ > most_elements) {
      list.fail(
          fmt::format("too long: more than {} elements, segments written out", most_elements));
    }
    const bool is_text = item.is(Node::Kind::text);
    const Node* segment = is_text && segments_ != nullptr ? segments_->find(item.text()) : nullptr;
    const std::size_t before = path.size();
    if (segment != nullptr) {
      std::ranges::move(read_path(*segment, depth, nesting + 1), std::back_inserter(path));
    } else {
      path.push_back(read_step(item, depth, nesting));
    }
    for (std::size_t i = before; i < path.size(); ++i) depth += length_of({path[i]});
  }
  return path;
}

void NetworkReader::check_segments() {
  for (const Node& segment : segments_->members()) {
    if (routers_.contains(segment.key())) segment.fail("a router has this name already");
    elements_ = 0;
    read_path(segment, 0);  // mistakes are reported even where no route uses it
  }
}

Step NetworkReader::read_step(const Node& node, std::size_t depth, int nesting) {
  if (node.is(Node::Kind::list)) return read_fork(node, depth, nesting);
  if (!node.is(Node::Kind::table)) return step_to(router_named(node), nullptr, depth);

  constexpr std::array<std::string_view, 2> fork_keys = {"branches", "by"};
  if (const Node* branches = node.find("branches")) {
    node.allow_only(fork_keys);
    Step fork = read_fork(*branches, depth, nesting);
    if (const Node* by = node.find("by")) {
      constexpr std::array<std::string_view, 4> spreads = {"flow", "destination", "packet",
                                                           "label"};
      const auto found = std::ranges::find(spreads, by->text());
      if (found == spreads.end()) by->fail("must be one of: " + listed(spreads));
      fork.spread = static_cast<Spread>(found - spreads.begin());
    }
    return fork;
  }
  node.allow_only(std::array<std::string_view, 2>{"router", "rtt"});
  return step_to(router_named(node.need("router")), node.find("rtt"), depth);
}

Step NetworkReader::step_to(std::size_t router, const Node* rtt, std::size_t depth) {
  Step step;
  step.router = router;
  const auto& of_router = network_->routers_[router].rtt;
  step.rtt = rtt != nullptr ? read_rtt(*rtt) : of_router.value_or(default_rtt(depth));
  step.place = places_++;
  return step;
}

Step NetworkReader::read_fork(const Node& branches, std::size_t depth, int nesting) {
  Step fork;
  fork.place = places_++;
  for (const Node& branch : branches.items()) {
    fork.branches.push_back(read_path(branch, depth, nesting));
  }
  if (fork.branches.size() < 2) branches.fail("a fork needs at least two branches, each a list");
  return fork;
}

std::size_t NetworkReader::plain_router(std::optional<Address> address) {
  auto& routers = network_->routers_;
  Router router;
  if (address) {
    const auto known = std::ranges::find_if(
        routers, [&address](const Router& one) { return one.addresses.has(*address); });
    if (known != routers.end()) return static_cast<std::size_t>(known - routers.begin());
    router.addresses.add(*address);
  }
  routers.push_back(std::move(router));
  return routers.size() - 1;
}

std::size_t NetworkReader::router_named(const Node& text) {
  const std::string& name = text.text();
  if (name == "*") return plain_router(std::nullopt);
  if (const auto it = routers_.find(name); it != routers_.end()) return it->second;
  if (const auto address = Address::parse(name)) return plain_router(address);
  std::vector<std::string_view> known;
  for (const Router& router : network_->routers_) {
    if (!router.key.empty()) known.push_back(router.key);
  }
  text.fail(fmt::format("there is no router \"{}\"{}", name, did_you_mean(name, known)));
}

}  // namespace tracetcp::sim
