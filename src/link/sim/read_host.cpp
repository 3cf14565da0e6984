#include "link/sim/icmp_code.hpp"
#include "link/sim/personality.hpp"
#include "link/sim/reader.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace tracetcp::sim {

namespace {

using Does = decltype(HostRule::does);

constexpr std::array<std::string_view, 12> host_keys = {
    "address", "name",      "named_for", "open", "closed", "silent",
    "reject",  "otherwise", "reset_ack", "rtt",  "down",   "down_delay"};

constexpr std::array<std::string_view, 3> port_states = {"open", "closed", "silent"};
constexpr std::array<Does, 3> port_fates = {HostRule::Does::open, HostRule::Does::closed,
                                            HostRule::Does::silent};

void add_rule(Host& host, const Node& where, HostRule rule) {
  for (const HostRule& earlier : host.rules) {
    const int port = earlier.ports.common(rule.ports);
    if (port >= 0) where.fail(fmt::format("port {} has two states", port));
  }
  host.rules.push_back(std::move(rule));
}

void read_ports_of(const Node& node, Host& host) {
  for (std::size_t i = 0; i < port_states.size(); ++i) {
    const Node* ports = node.find(port_states[i]);
    if (ports != nullptr) add_rule(host, *ports, {read_ports(*ports), port_fates[i], {}});
  }
  if (const Node* reject = node.find("reject")) {
    for (const Node& rule : reject->one_or_more()) {
      rule.allow_only(std::array<std::string_view, 3>{"ports", "with", "mtu"});
      add_rule(host, rule,
               {read_ports(rule.need("ports")), HostRule::Does::reject, read_rejection(rule)});
    }
  }
  HostRule rest{PortSet::all(), HostRule::Does::silent, {}};
  if (const Node* otherwise = node.find("otherwise")) {
    const auto state = std::ranges::find(port_states, otherwise->text());
    if (state == port_states.end()) otherwise->fail("must be one of: " + listed(port_states));
    rest.does = port_fates[static_cast<std::size_t>(state - port_states.begin())];
  }
  host.rules.push_back(std::move(rest));
}

void read_names_of(const Node& node, Host& host) {
  const Node* name = node.find("name");
  const Node* named_for = node.find("named_for");
  if (name != nullptr) host.name = name->text();
  if (name != nullptr && !host.prefix.is_one_address()) {
    name->fail("only a host with a single address can have a name");
  }
  if (named_for == nullptr) return;
  if (name == nullptr) named_for->fail("needs the key \"name\" beside it");
  host.named_for = read_ports(*named_for);
}

}  // namespace

Prefix read_prefix(const Node& node) {
  const std::string& text = node.text();
  const auto slash = text.find('/');
  Prefix prefix;
  const auto address = Address::parse(text.substr(0, slash));
  bool good = address.has_value();
  const int most_bits = good ? bits_of(address->family()) : 0;
  prefix.bits = most_bits;
  if (good && slash != std::string::npos) {
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data() + slash + 1, end, prefix.bits);
    good = error == std::errc{} && rest == end && prefix.bits >= 0 && prefix.bits <= most_bits;
  }
  if (!good) {
    node.fail(fmt::format(
        "\"{}\" is no address or prefix such as \"10.0.0.0/8\" or \"2001:db8::/32\"", text));
  }
  prefix.address = *address;
  return prefix;
}

namespace {

Host read_host_at(const Prefix& prefix, const Node& node) {
  Host host;
  host.prefix = prefix;
  read_names_of(node, host);
  read_ports_of(node, host);
  host.personality = read_personality(node);
  if (const Node* rtt = node.find("rtt")) host.rtt = read_rtt(*rtt);
  if (const Node* ack = node.find("reset_ack")) {
    if (ack->text() != "isn" && ack->text() != "isn+1") ack->fail("must be \"isn+1\" or \"isn\"");
    host.reset_acknowledges_isn = ack->text() == "isn";
  }
  const Node* down = node.find("down");
  if (down != nullptr && down->boolean()) {
    const Node* delay = node.find("down_delay");
    host.down = delay == nullptr ? std::chrono::seconds(3) : read_milliseconds(*delay);
  }
  return host;
}

}  // namespace

std::vector<Host> read_host_table(const Node& node) {
  std::vector<std::string_view> keys(host_keys.begin(), host_keys.end());
  keys.insert(keys.end(), personality_keys.begin(), personality_keys.end());
  node.allow_only(keys);

  const Node& addresses = node.need("address");
  std::vector<Host> hosts;
  for (const Node& address : addresses.one_or_more()) {
    hosts.push_back(read_host_at(read_prefix(address), node));
  }
  if (hosts.empty()) addresses.fail("must hold at least one address");
  return hosts;
}

}  // namespace tracetcp::sim
