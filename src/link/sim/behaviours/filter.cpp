// Rules by port: dropped, rejected, answered in the target's name, or noted beside.

#include "link/sim/behaviour.hpp"
#include "link/sim/flow_table.hpp"
#include "link/sim/icmp_code.hpp"
#include "link/sim/icmp_type.hpp"
#include "link/sim/node.hpp"
#include "link/sim/port_set.hpp"

#include <array>
#include <optional>

namespace tracetcp::sim {

namespace {

/// The SYNs that a rule is for.
enum class When : std::uint8_t {
  forwarded,
  early,    ///< all, before the TTL is looked at, as input access lists do
  expired,  ///< those whose TTL runs out there; the others are forwarded
};

struct Rule {
  PortSet ports;
  When when = When::forwarded;
  std::optional<Answer> answer;
  Fate fate = Fate::ends;
  std::optional<Family> family;  ///< empty: both

  [[nodiscard]] bool fits(const PacketReader& packet) const {
    return (!family || *family == packet.family()) && ports.contains(packet.target_port());
  }
};

/// The first rule for a packet's target port says what happens to it.
class Filter final : public Behaviour {
 public:
  explicit Filter(std::vector<Rule> rules) : rules_(std::move(rules)) {}

  Fate arrive(Outbound& out) override {
    if (apply(out, When::early) == Fate::ends) return Fate::ends;
    return out.packet.ttl() <= 1 ? apply(out, When::expired) : Fate::goes_on;
  }
  Fate forward(Outbound& out) override { return apply(out, When::forwarded); }

 private:
  Fate apply(Outbound& out, When when) const {
    for (const Rule& rule : rules_) {
      if (rule.when != when || !rule.fits(out.packet)) continue;
      if (!rule.answer) return rule.fate;
      if (!out.packet.is_syn()) return Fate::goes_on;
      out.answers.push_back(*rule.answer);
      return rule.fate;
    }
    return Fate::goes_on;
  }

  std::vector<Rule> rules_;
};

/// A firewall that knows connections: a SYN of a known one must carry the ISN that it began with.
class Stateful final : public Behaviour {
 public:
  Fate forward(Outbound& out) override {
    if (!out.packet.is_syn()) return Fate::goes_on;
    const FlowKey key{out.packet.flow(), 0};
    auto& isn = isns_.get(key);
    if (!isn) isn = out.packet.sequence();
    return *isn == out.packet.sequence() ? Fate::goes_on : Fate::ends;
  }

 private:
  FlowTable<std::optional<std::uint32_t>> isns_;
};

bool holds_tables(const Node& node) {
  if (node.is(Node::Kind::table)) return true;
  return node.is(Node::Kind::list) && !node.items().empty() &&
         node.items().front().is(Node::Kind::table);
}

std::optional<Family> read_family(const Node& rule) {
  const Node* family = rule.find("family");
  if (family == nullptr) return std::nullopt;
  if (family->text() == "ipv4") return Family::ipv4;
  if (family->text() == "ipv6") return Family::ipv6;
  family->fail("must be \"ipv4\" or \"ipv6\"");
}

/// Reads rules written as ports alone, as one table, or as a list of tables. `finish` adds what the
/// kind of rule has beside ports; it is handed nullptr for ports alone.
template <class Finish>
MakeBehaviour read_rules(const Node& node, std::span<const std::string_view> keys, Finish finish) {
  std::vector<Rule> rules;
  if (!holds_tables(node)) {
    Rule rule{read_ports(node), When::forwarded, std::nullopt, Fate::ends, {}};
    finish(rule, nullptr);
    return maker<Filter>(std::vector<Rule>{rule});
  }
  for (const Node& item : node.one_or_more()) {
    item.allow_only(keys);
    const Node* ports = item.find("ports");
    Rule rule{ports == nullptr ? PortSet::all() : read_ports(*ports), When::forwarded, std::nullopt,
              Fate::ends, read_family(item)};
    const auto is_set = [&item](std::string_view key) {
      const Node* flag = item.find(key);
      return flag != nullptr && flag->boolean();
    };
    if (is_set("early")) rule.when = When::early;
    if (is_set("expired")) {
      if (is_set("early")) item.fail("a rule is \"early\" or for what has \"expired\", not both");
      rule.when = When::expired;
    }
    finish(rule, &item);
    rules.push_back(rule);
  }
  return maker<Filter>(rules);
}

}  // namespace

MakeBehaviour read_drop(const Node& node) {
  constexpr std::array<std::string_view, 3> keys = {"ports", "family", "early"};
  return read_rules(node, keys, [](Rule&, const Node*) {});
}

MakeBehaviour read_reject(const Node& node) {
  constexpr std::array<std::string_view, 6> keys = {"ports",   "family", "early",
                                                    "expired", "with",   "mtu"};
  return read_rules(node, keys, [&node](Rule& rule, const Node* item) {
    if (item == nullptr) node.fail("must be tables such as {ports = [25], with = \"tcp-reset\"}");
    rule.answer = read_rejection(*item);
  });
}

MakeBehaviour read_inject_reset(const Node& node) {
  constexpr std::array<std::string_view, 4> keys = {"ports", "family", "early", "ttl"};
  return read_rules(node, keys, [](Rule& rule, const Node* item) {
    ResetAnswer reset;
    const Node* ttl = item == nullptr ? nullptr : item->find("ttl");
    if (ttl != nullptr) reset.ttl = static_cast<std::uint8_t>(ttl->integer(1, 255));
    rule.answer = reset;
    rule.fate = Fate::goes_on;
  });
}

// RFC 792: deprecated by RFC 6633 but still seen. IPv6 has none.
MakeBehaviour read_source_quench(const Node& node) {
  constexpr std::array<std::string_view, 3> keys = {"ports", "family", "early"};
  return read_rules(node, keys, [](Rule& rule, const Node*) {
    rule.answer = IcmpAnswer{{icmp_type::source_quench, 0}, std::nullopt};
    rule.fate = Fate::goes_on;
  });
}

// RFC 792: code 1 is for the host alone. A redirect of IPv6 is a message of neighbour discovery.
MakeBehaviour read_redirect(const Node& node) {
  constexpr std::array<std::string_view, 4> keys = {"ports", "family", "early", "gateway"};
  return read_rules(node, keys, [&node](Rule& rule, const Node* item) {
    if (item == nullptr) node.fail("must be tables such as {gateway = \"192.168.0.7\"}");
    const Node& gateway = item->need("gateway");
    const Address address = gateway.address();
    if (address.family() != Family::ipv4) gateway.fail("must be an IPv4 address");
    rule.answer = IcmpAnswer{{icmp_type::redirect, 1, address.ipv4()}, std::nullopt};
    rule.fate = Fate::goes_on;
  });
}

MakeBehaviour read_stateful(const Node& node) {
  if (!node.boolean()) return {};
  return maker<Stateful>();
}

}  // namespace tracetcp::sim
