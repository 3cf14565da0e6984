#include "core/icmp_type.hpp"

#include <tracetcp/reply.hpp>

#include <array>
#include <span>

namespace tracetcp {
namespace {

// Each list is indexed by the code.

// RFC 792; 6 to 12 from RFC 1122, section 3.2.2.1; 13 to 15 from RFC 1812, section 5.2.7.1.
constexpr std::array<std::string_view, 16> unreachable{
    "network unreachable",
    "host unreachable",
    "protocol unreachable",
    "port unreachable",
    "fragmentation needed",
    "source route failed",
    "network unknown",
    "host unknown",
    "source host isolated",
    "network administratively prohibited",
    "host administratively prohibited",
    "network unreachable for this type of service",
    "host unreachable for this type of service",
    "administratively prohibited",
    "host precedence violation",
    "precedence cutoff in effect",
};

// RFC 792.
constexpr std::array<std::string_view, 1> quench{"source quench"};

constexpr std::array<std::string_view, 4> redirect{
    "redirect for network",
    "redirect for host",
    "redirect for type of service and network",
    "redirect for type of service and host",
};

constexpr std::array<std::string_view, 2> exceeded{
    "time to live exceeded",
    "fragment reassembly time exceeded",
};

// RFC 792; 1 from RFC 1122, section 3.2.2.5; 2 from the IANA registry.
constexpr std::array<std::string_view, 3> problem{
    "parameter problem: bad header field",
    "parameter problem: required option missing",
    "parameter problem: bad length",
};

std::string_view of_code(std::span<const std::string_view> texts, std::uint8_t code,
                         std::string_view otherwise) {
  return code < texts.size() ? texts[code] : otherwise;
}

}  // namespace

Refusal refusal_of(std::uint8_t icmp_type, std::uint8_t icmp_code) {
  constexpr std::uint8_t net = 0;
  constexpr std::uint8_t host = 1;
  Refusal refusal{.cause = Refusal::Cause::firewall,
                  .reason = std::string(icmp_text(icmp_type, icmp_code)),
                  .neighbour = std::nullopt,
                  .interface = ""};
  if (icmp_code == net) refusal.cause = Refusal::Cause::no_route;
  if (icmp_code == host) refusal.cause = Refusal::Cause::other;
  return refusal;
}

ReplyKind kind_of_icmp(std::uint8_t type) {
  switch (type) {
    case icmp_type::time_exceeded:
      return ReplyKind::time_exceeded;
    case icmp_type::destination_unreachable:
    case icmp_type::parameter_problem:
      return ReplyKind::unreachable;
    default:
      return ReplyKind::notice;
  }
}

std::string_view icmp_text(std::uint8_t type, std::uint8_t code) {
  switch (type) {
    case 3:
      return of_code(unreachable, code, "destination unreachable");
    case 4:
      return of_code(quench, code, "source quench");
    case 5:
      return of_code(redirect, code, "redirect");
    case 11:
      return of_code(exceeded, code, "time exceeded");
    case 12:
      return of_code(problem, code, "parameter problem");
    default:
      return "unknown";
  }
}

}  // namespace tracetcp
