#include "link/sim/icmp_code.hpp"

#include "link/sim/icmp_type.hpp"
#include "link/sim/node.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <vector>

namespace tracetcp::sim {

namespace {

using icmpv6_type::destination_unreachable;

/// How a rejection is written, and what it says in each family.
struct Rejection {
  std::string_view name;
  std::uint8_t code = 0;  ///< of ICMP type 3
  IcmpMessage ipv6;
};

// Codes of ICMP type 3: RFC 792, RFC 1122 section 3.2.2.1, RFC 1812 section 5.2.7.1; in IPv6 the
// nearest. From "no-route" on those of ICMPv6 type 1 (RFC 4443 section 3.1, RFC 6554, RFC 8883); in
// IPv4 the nearest.
constexpr std::array rejections{
    Rejection{"net-unreachable", 0, {destination_unreachable, 0}},
    Rejection{"host-unreachable", 1, {destination_unreachable, 3}},
    Rejection{"protocol-unreachable", 2, {icmpv6_type::parameter_problem, 1, 6}},
    Rejection{"port-unreachable", 3, {destination_unreachable, 4}},
    Rejection{"frag-needed", 4, {icmpv6_type::packet_too_big, 0}},
    Rejection{"source-route-failed", 5, {destination_unreachable, 7}},
    Rejection{"net-unknown", 6, {destination_unreachable, 0}},
    Rejection{"host-unknown", 7, {destination_unreachable, 3}},
    Rejection{"host-isolated", 8, {destination_unreachable, 0}},
    Rejection{"net-prohibited", 9, {destination_unreachable, 1}},
    Rejection{"host-prohibited", 10, {destination_unreachable, 1}},
    Rejection{"tos-net-unreachable", 11, {destination_unreachable, 0}},
    Rejection{"tos-host-unreachable", 12, {destination_unreachable, 3}},
    Rejection{"admin-prohibited", 13, {destination_unreachable, 1}},
    Rejection{"precedence-violation", 14, {destination_unreachable, 1}},
    Rejection{"precedence-cutoff", 15, {destination_unreachable, 1}},
    Rejection{"no-route", 0, {destination_unreachable, 0}},
    Rejection{"beyond-scope", 0, {destination_unreachable, 2}},
    Rejection{"address-unreachable", 1, {destination_unreachable, 3}},
    Rejection{"source-policy", 13, {destination_unreachable, 5}},
    Rejection{"reject-route", 13, {destination_unreachable, 6}},
    Rejection{"source-routing-error", 5, {destination_unreachable, 7}},
    Rejection{"headers-too-long", 13, {destination_unreachable, 8}},
    Rejection{"packet-too-big", 4, {icmpv6_type::packet_too_big, 0}},
};

std::vector<std::string_view> rejection_names() {
  std::vector<std::string_view> names;
  names.reserve(rejections.size());
  for (const Rejection& rejection : rejections) names.push_back(rejection.name);
  return names;
}

IcmpAnswer answer_of(const Rejection& rejection) {
  return {{icmp_type::destination_unreachable, rejection.code}, rejection.ipv6};
}

IcmpAnswer read_answer(const Node& with) {
  if (with.is(Node::Kind::integer)) {
    const auto code = static_cast<std::uint8_t>(with.integer(0, 255));
    return {{icmp_type::destination_unreachable, code}, IcmpMessage{destination_unreachable, code}};
  }
  if (with.text() == "parameter-problem") {
    // The pointer to TCP: the first of four bytes in RFC 792, all of them in RFC 4443.
    return {{icmp_type::parameter_problem, 0, 20U << 24U},
            IcmpMessage{icmpv6_type::parameter_problem, 0, 40}};
  }
  const auto found = std::ranges::find(rejections, with.text(), &Rejection::name);
  if (found == rejections.end()) {
    const auto known = rejection_names();
    with.fail(fmt::format(
        "unknown rejection \"{}\"{}; known: tcp-reset, parameter-problem, {}, or a code's number",
        with.text(), did_you_mean(with.text(), known), listed(known)));
  }
  return answer_of(*found);
}

constexpr const Rejection& usual_rejection = rejections[13];
static_assert(usual_rejection.name == "admin-prohibited");

}  // namespace

Answer read_rejection(const Node& rule) {
  const Node* with = rule.find("with");
  const Node* mtu = rule.find("mtu");
  if (with != nullptr && with->is(Node::Kind::text) && with->text() == "tcp-reset") {
    return ResetAnswer{};
  }
  IcmpAnswer answer = with == nullptr ? answer_of(usual_rejection) : read_answer(*with);
  if (mtu != nullptr) {
    // RFC 1191, section 4: the lower half of the otherwise unused bytes; RFC 4443, section 3.2:
    // all.
    answer.ipv4.rest = answer.ipv6->rest = static_cast<std::uint32_t>(mtu->integer(0, 65535));
  }
  return answer;
}

}  // namespace tracetcp::sim
