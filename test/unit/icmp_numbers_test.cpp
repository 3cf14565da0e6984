#include <tracetcp/reply.hpp>

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <string_view>

using tracetcp::Family;
using tracetcp::icmp_text;
using tracetcp::IcmpMeaning;
using tracetcp::kind_of_icmp;
using tracetcp::meaning;
using tracetcp::unreachable_reason;
using tracetcp::UnreachableReason;

namespace {

std::string_view ipv4_text(std::uint8_t type, std::uint8_t code) {
  return icmp_text({Family::ipv4, type, code});
}

std::string_view ipv6_text(std::uint8_t type, std::uint8_t code) {
  return icmp_text({Family::ipv6, type, code});
}

}  // namespace

// The wording follows the IANA registry "ICMP Type Numbers".

TEST_CASE("destination unreachable says what could not be reached, or why") {
  CHECK(ipv4_text(3, 0) == "network unreachable");
  CHECK(ipv4_text(3, 1) == "host unreachable");
  CHECK(ipv4_text(3, 2) == "protocol unreachable");
  CHECK(ipv4_text(3, 3) == "port unreachable");
  CHECK(ipv4_text(3, 4) == "fragmentation needed");
  CHECK(ipv4_text(3, 5) == "source route failed");
  CHECK(ipv4_text(3, 6) == "network unknown");
  CHECK(ipv4_text(3, 7) == "host unknown");
  CHECK(ipv4_text(3, 8) == "source host isolated");
  CHECK(ipv4_text(3, 9) == "network administratively prohibited");
  CHECK(ipv4_text(3, 10) == "host administratively prohibited");
  CHECK(ipv4_text(3, 11) == "network unreachable for this type of service");
  CHECK(ipv4_text(3, 12) == "host unreachable for this type of service");
  CHECK(ipv4_text(3, 13) == "administratively prohibited");
  CHECK(ipv4_text(3, 14) == "host precedence violation");
  CHECK(ipv4_text(3, 15) == "precedence cutoff in effect");
}

TEST_CASE("the other errors") {
  CHECK(ipv4_text(4, 0) == "source quench");
  CHECK(ipv4_text(5, 0) == "redirect for network");
  CHECK(ipv4_text(5, 1) == "redirect for host");
  CHECK(ipv4_text(5, 2) == "redirect for type of service and network");
  CHECK(ipv4_text(5, 3) == "redirect for type of service and host");
  CHECK(ipv4_text(11, 0) == "time to live exceeded");
  CHECK(ipv4_text(11, 1) == "fragment reassembly time exceeded");
  CHECK(ipv4_text(12, 0) == "parameter problem: bad header field");
  CHECK(ipv4_text(12, 1) == "parameter problem: required option missing");
  CHECK(ipv4_text(12, 2) == "parameter problem: bad length");
}

TEST_CASE("a parameter problem rejects the SYN as an unreachable does; notices end nothing") {
  using tracetcp::ReplyKind;
  CHECK(kind_of_icmp({Family::ipv4, 3, 0}) == ReplyKind::unreachable);
  CHECK(kind_of_icmp({Family::ipv4, 12, 0}) == ReplyKind::unreachable);
  CHECK(kind_of_icmp({Family::ipv4, 11, 0}) == ReplyKind::time_exceeded);
  CHECK(kind_of_icmp({Family::ipv4, 4, 0}) == ReplyKind::notice);
  CHECK(kind_of_icmp({Family::ipv4, 5, 0}) == ReplyKind::notice);
}

TEST_CASE("a code without a definition has the text of its type") {
  CHECK(ipv4_text(3, 16) == "destination unreachable");
  CHECK(ipv4_text(3, 255) == "destination unreachable");
  CHECK(ipv4_text(4, 1) == "source quench");
  CHECK(ipv4_text(5, 4) == "redirect");
  CHECK(ipv4_text(11, 2) == "time exceeded");
  CHECK(ipv4_text(12, 3) == "parameter problem");
  CHECK(ipv4_text(8, 0) == "unknown");
}

TEST_CASE("no two codes of a type share their text") {
  std::set<std::string> texts;
  for (std::uint8_t code = 0; code < 16; ++code) texts.emplace(ipv4_text(3, code));
  CHECK(texts.size() == 16);
}

// RFC 4443, sections 3.1 to 3.4; RFC 8883, section 2.
TEST_CASE("ICMPv6 has its own numbers") {
  CHECK(ipv6_text(1, 0) == "no route to destination");
  CHECK(ipv6_text(1, 1) == "administratively prohibited");
  CHECK(ipv6_text(1, 2) == "beyond scope of source address");
  CHECK(ipv6_text(1, 3) == "address unreachable");
  CHECK(ipv6_text(1, 4) == "port unreachable");
  CHECK(ipv6_text(1, 5) == "source address failed ingress/egress policy");
  CHECK(ipv6_text(1, 6) == "reject route to destination");
  CHECK(ipv6_text(1, 9) == "destination unreachable");
  CHECK(ipv6_text(2, 0) == "packet too big");
  CHECK(ipv6_text(3, 0) == "hop limit exceeded");
  CHECK(ipv6_text(3, 1) == "fragment reassembly time exceeded");
  CHECK(ipv6_text(4, 1) == "parameter problem: unknown next header");
  CHECK(ipv6_text(4, 10) == "parameter problem: option too big");
  CHECK(ipv6_text(128, 0) == "unknown");
}

TEST_CASE("an ICMP error means what its family says") {
  CHECK(meaning({Family::ipv4, 3, 1}) == IcmpMeaning::unreachable);
  CHECK(meaning({Family::ipv4, 3, 4}) == IcmpMeaning::too_big);
  CHECK(meaning({Family::ipv4, 4, 0}) == IcmpMeaning::source_quench);
  CHECK(meaning({Family::ipv4, 5, 1}) == IcmpMeaning::redirect);
  CHECK(meaning({Family::ipv4, 8, 0}) == IcmpMeaning::none);
  CHECK(meaning({Family::ipv6, 1, 4}) == IcmpMeaning::unreachable);
  CHECK(meaning({Family::ipv6, 2, 0}) == IcmpMeaning::too_big);
  CHECK(meaning({Family::ipv6, 3, 0}) == IcmpMeaning::time_exceeded);
  CHECK(meaning({Family::ipv6, 4, 0}) == IcmpMeaning::parameter_problem);
  CHECK(meaning({Family::ipv6, 5, 0}) == IcmpMeaning::none);
  CHECK(meaning({Family::ipv6, 137, 0}) == IcmpMeaning::none);
}

TEST_CASE("the reason of an unreachable is the same in both families") {
  CHECK(unreachable_reason({Family::ipv4, 3, 0}) == UnreachableReason::network);
  CHECK(unreachable_reason({Family::ipv6, 1, 0}) == UnreachableReason::network);
  CHECK(unreachable_reason({Family::ipv4, 3, 1}) == UnreachableReason::host);
  CHECK(unreachable_reason({Family::ipv6, 1, 3}) == UnreachableReason::host);
  CHECK(unreachable_reason({Family::ipv4, 3, 3}) == UnreachableReason::port);
  CHECK(unreachable_reason({Family::ipv6, 1, 4}) == UnreachableReason::port);
  CHECK(unreachable_reason({Family::ipv4, 3, 13}) == UnreachableReason::prohibited);
  CHECK(unreachable_reason({Family::ipv6, 1, 1}) == UnreachableReason::prohibited);
  CHECK(unreachable_reason({Family::ipv4, 11, 1}) == UnreachableReason::other);
}
