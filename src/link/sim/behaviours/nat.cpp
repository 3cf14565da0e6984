// Network address translation (RFC 3022). The translation back is common to all behaviours: see
// Rewriting.

#include "link/sim/behaviour.hpp"
#include "link/sim/node.hpp"
#include "link/sim/port_set.hpp"
#include "link/sim/reader.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace tracetcp::sim {

namespace {

struct Translation {
  PortSet ports = PortSet::all();  ///< target ports that it is for
  std::optional<Address> source;
  std::optional<Prefix> source_prefix;  ///< see outside_address()
  std::optional<std::uint16_t> source_port;
  bool source_port_by_flow = false;  ///< a port of 1024 to 65535 that depends on the flow
  bool ip_id = false;                ///< another IP id for every packet
  std::optional<Address> destination;
  std::optional<std::uint16_t> destination_port;
  bool restore_quotes = true;
};

using Words = std::array<std::uint16_t, 8>;

Words words_of(const Address& address) {
  const auto bytes = address.bytes();
  Words words{};
  for (std::size_t i = 0; i < words.size(); ++i) {
    words[i] = static_cast<std::uint16_t>(bytes[2 * i] << 8 | bytes[2 * i + 1]);
  }
  return words;
}

/// Ones' complement arithmetic: 0xffff is another 0.
std::uint32_t ones_sum_of(const Words& words) {
  std::uint32_t sum = 0;
  for (const std::uint16_t word : words) sum += word;
  return sum % 0xffff;
}

/// Network prefix translation (RFC 6296, section 3): the first bits are replaced, and one
/// word behind them is changed so that the sum of all words, which is in the checksum of TCP, stays
/// as it was. The prefix ends with a word. Empty: no word can be changed.
std::optional<Address> outside_address(const Address& inside, const Prefix& prefix) {
  const Words before = words_of(inside);
  const Words outside = words_of(prefix.address);
  Words words = before;
  const auto replaced = static_cast<std::size_t>(prefix.bits / 16);
  std::copy_n(outside.begin(), replaced, words.begin());
  // Section 3.4: the subnet's word where the prefix leaves it; 3.5: else the first of the interface
  // identifier that is not 0xffff.
  auto changed = words.begin() + static_cast<std::ptrdiff_t>(std::max<std::size_t>(replaced, 3));
  while (changed != words.end() && *changed == 0xffff) ++changed;
  if (changed == words.end()) return std::nullopt;
  const std::uint32_t excess = ones_sum_of(words) + 0xffff - ones_sum_of(before);
  *changed = static_cast<std::uint16_t>((*changed + 2U * 0xffffU - excess) % 0xffff);
  std::array<std::uint8_t, Address::ipv6_size> bytes{};
  for (std::size_t i = 0; i < words.size(); ++i) {
    bytes[2 * i] = static_cast<std::uint8_t>(words[i] >> 8);
    bytes[2 * i + 1] = static_cast<std::uint8_t>(words[i]);
  }
  return Address(Address::Bytes(bytes));
}

bool is_for(const Translation& rule, const PacketReader& packet) {
  const auto fits = [&](const std::optional<Address>& address) {
    return !address || address->family() == packet.family();
  };
  if (rule.source_prefix && packet.family() != Family::ipv6) return false;
  return fits(rule.source) && fits(rule.destination) && rule.ports.contains(packet.target_port());
}

class Nat final : public Behaviour {
 public:
  explicit Nat(std::vector<Translation> rules) : rules_(std::move(rules)) {}

  Fate forward(Outbound& out) override {
    for (const Translation& rule : rules_) {
      if (!is_for(rule, out.packet)) continue;
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
    if (rule.source_prefix) {
      const auto source = outside_address(packet.source(), *rule.source_prefix);
      if (source) packet.set_source(*source);
    }
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

Prefix read_outside_prefix(const Node& node) {
  const Prefix prefix = read_prefix(node);
  const bool ends_with_word = prefix.bits % 16 == 0 && prefix.bits <= 64;
  if (prefix.address.family() != Family::ipv6 || !ends_with_word) {
    node.fail("must be an IPv6 prefix of 16, 32, 48 or 64 bits");
  }
  return prefix;
}

Translation read_translation(const Node& node) {
  node.allow_only(std::array<std::string_view, 8>{"ports", "source", "source_prefix", "source_port",
                                                  "ip_id", "destination", "destination_port",
                                                  "restore_quotes"});
  Translation rule;
  if (const Node* ports = node.find("ports")) rule.ports = read_ports(*ports);
  if (const Node* source = node.find("source")) rule.source = source->address();
  if (const Node* prefix = node.find("source_prefix")) {
    if (rule.source) prefix->fail("not beside \"source\"");
    rule.source_prefix = read_outside_prefix(*prefix);
  }
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
