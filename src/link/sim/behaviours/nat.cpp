// Network address translation (RFC 3022). The translation back is common to all behaviours: see
// Rewriting.

#include "link/sim/behaviour.hpp"
#include "link/sim/node.hpp"
#include "link/sim/port_set.hpp"

#include <array>
#include <optional>

namespace tracetcp::sim {

namespace {

struct Translation {
  PortSet ports = PortSet::all();  ///< target ports that it is for
  std::optional<Address> source;
  std::optional<std::uint16_t> source_port;
  bool source_port_by_flow = false;  ///< a port of 1024 to 65535 that depends on the flow
  bool ip_id = false;                ///< another IP id for every packet
  std::optional<Address> destination;
  std::optional<std::uint16_t> destination_port;
  bool restore_quotes = true;
};

class Nat final : public Behaviour {
 public:
  explicit Nat(std::vector<Translation> rules) : rules_(std::move(rules)) {}

  Fate forward(Outbound& out) override {
    for (const Translation& rule : rules_) {
      if (!rule.ports.contains(out.packet.target_port())) continue;
      translate(rule, out);
      break;
    }
    return Fate::goes_on;
  }

 private:
  static void translate(const Translation& rule, Outbound& out) {
    PacketEditor& packet = out.packet;
    const std::uint64_t hash = hash_of(packet.flow(), 0x4e4154);
    if (rule.source_port_by_flow) {
      packet.set_source_port(static_cast<std::uint16_t>(1024 + hash % (65536 - 1024)));
    }
    if (rule.source_port) packet.set_source_port(*rule.source_port);
    if (rule.source) packet.set_source(*rule.source);
    if (rule.destination) packet.set_target(*rule.destination);
    if (rule.destination_port) packet.set_target_port(*rule.destination_port);
    if (rule.ip_id) packet.set_ip_id(out.random.nonzero16());
    out.restore_quotes = rule.restore_quotes;
  }

  std::vector<Translation> rules_;
};

std::uint16_t read_port_number(const Node& node) {
  return static_cast<std::uint16_t>(node.integer(1, 65535));
}

Translation read_translation(const Node& node) {
  node.allow_only(std::array<std::string_view, 7>{"ports", "source", "source_port", "ip_id",
                                                  "destination", "destination_port",
                                                  "restore_quotes"});
  Translation rule;
  if (const Node* ports = node.find("ports")) rule.ports = read_ports(*ports);
  if (const Node* source = node.find("source")) rule.source = source->address();
  if (const Node* port = node.find("source_port")) {
    rule.source_port_by_flow = port->is(Node::Kind::boolean) && port->boolean();
    if (!port->is(Node::Kind::boolean)) rule.source_port = read_port_number(*port);
  }
  if (const Node* id = node.find("ip_id")) rule.ip_id = id->boolean();
  if (const Node* to = node.find("destination")) rule.destination = to->address();
  if (const Node* to = node.find("destination_port")) rule.destination_port = read_port_number(*to);
  if (const Node* quotes = node.find("restore_quotes")) rule.restore_quotes = quotes->boolean();
  return rule;
}

}  // namespace

MakeBehaviour read_nat(const Node& node) {
  std::vector<Translation> rules;
  for (const Node& item : node.one_or_more()) rules.push_back(read_translation(item));
  if (rules.empty()) node.fail("must hold at least one table");
  return maker<Nat>(rules);
}

}  // namespace tracetcp::sim
