#include "link/sim/icmp_code.hpp"

#include "link/sim/icmp_type.hpp"
#include "link/sim/node.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>

namespace tracetcp::sim {

namespace {

// Codes of ICMP type 3 in their order: RFC 792, RFC 1122 section 3.2.2.1, RFC 1812 section 5.2.7.1.
constexpr std::array<std::string_view, 16> unreachable_codes = {
    "net-unreachable",      "host-unreachable",    "protocol-unreachable", "port-unreachable",
    "frag-needed",          "source-route-failed", "net-unknown",          "host-unknown",
    "host-isolated",        "net-prohibited",      "host-prohibited",      "tos-net-unreachable",
    "tos-host-unreachable", "admin-prohibited",    "precedence-violation", "precedence-cutoff",
};
constexpr std::uint8_t admin_prohibited = 13;

std::uint8_t read_code(const Node& with) {
  if (with.is(Node::Kind::integer)) return static_cast<std::uint8_t>(with.integer(0, 255));
  const auto found = std::ranges::find(unreachable_codes, with.text());
  if (found == unreachable_codes.end()) {
    with.fail(fmt::format(
        "unknown rejection \"{}\"{}; known: tcp-reset, parameter-problem, {}, or a code's number",
        with.text(), did_you_mean(with.text(), unreachable_codes), listed(unreachable_codes)));
  }
  return static_cast<std::uint8_t>(found - unreachable_codes.begin());
}

}  // namespace

Answer read_rejection(const Node& rule) {
  const Node* with = rule.find("with");
  const Node* mtu = rule.find("mtu");
  if (with != nullptr && with->is(Node::Kind::text) && with->text() == "tcp-reset") {
    return ResetAnswer{};
  }
  if (with != nullptr && with->is(Node::Kind::text) && with->text() == "parameter-problem") {
    constexpr std::uint32_t pointer_to_tcp = 20U << 24U;  // RFC 792: the first of the four bytes
    return IcmpAnswer{icmp_type::parameter_problem, 0, pointer_to_tcp};
  }
  IcmpAnswer answer{icmp_type::destination_unreachable, admin_prohibited, 0};
  if (with != nullptr) answer.code = read_code(*with);
  // RFC 1191, section 4: the lower half of the otherwise unused bytes.
  if (mtu != nullptr) answer.rest = static_cast<std::uint32_t>(mtu->integer(0, 65535));
  return answer;
}

}  // namespace tracetcp::sim
