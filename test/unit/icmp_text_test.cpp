#include <tracetcp/reply.hpp>

#include <doctest/doctest.h>

#include <set>
#include <string>

using tracetcp::icmp_text;

// The wording follows the IANA registry "ICMP Type Numbers".

TEST_CASE("destination unreachable says what could not be reached, or why") {
  CHECK(icmp_text(3, 0) == "network unreachable");
  CHECK(icmp_text(3, 1) == "host unreachable");
  CHECK(icmp_text(3, 2) == "protocol unreachable");
  CHECK(icmp_text(3, 3) == "port unreachable");
  CHECK(icmp_text(3, 4) == "fragmentation needed");
  CHECK(icmp_text(3, 5) == "source route failed");
  CHECK(icmp_text(3, 6) == "network unknown");
  CHECK(icmp_text(3, 7) == "host unknown");
  CHECK(icmp_text(3, 8) == "source host isolated");
  CHECK(icmp_text(3, 9) == "network administratively prohibited");
  CHECK(icmp_text(3, 10) == "host administratively prohibited");
  CHECK(icmp_text(3, 11) == "network unreachable for this type of service");
  CHECK(icmp_text(3, 12) == "host unreachable for this type of service");
  CHECK(icmp_text(3, 13) == "administratively prohibited");
  CHECK(icmp_text(3, 14) == "host precedence violation");
  CHECK(icmp_text(3, 15) == "precedence cutoff in effect");
}

TEST_CASE("the other errors") {
  CHECK(icmp_text(4, 0) == "source quench");
  CHECK(icmp_text(5, 0) == "redirect for network");
  CHECK(icmp_text(5, 1) == "redirect for host");
  CHECK(icmp_text(5, 2) == "redirect for type of service and network");
  CHECK(icmp_text(5, 3) == "redirect for type of service and host");
  CHECK(icmp_text(11, 0) == "time to live exceeded");
  CHECK(icmp_text(11, 1) == "fragment reassembly time exceeded");
  CHECK(icmp_text(12, 0) == "parameter problem: bad header field");
  CHECK(icmp_text(12, 1) == "parameter problem: required option missing");
  CHECK(icmp_text(12, 2) == "parameter problem: bad length");
}

TEST_CASE("a parameter problem rejects the SYN as an unreachable does; notices end nothing") {
  using tracetcp::kind_of_icmp;
  using tracetcp::ReplyKind;
  CHECK(kind_of_icmp(3) == ReplyKind::unreachable);
  CHECK(kind_of_icmp(12) == ReplyKind::unreachable);
  CHECK(kind_of_icmp(11) == ReplyKind::time_exceeded);
  CHECK(kind_of_icmp(4) == ReplyKind::notice);
  CHECK(kind_of_icmp(5) == ReplyKind::notice);
}

TEST_CASE("a code that nobody defined is told by its type") {
  CHECK(icmp_text(3, 16) == "destination unreachable");
  CHECK(icmp_text(3, 255) == "destination unreachable");
  CHECK(icmp_text(4, 1) == "source quench");
  CHECK(icmp_text(5, 4) == "redirect");
  CHECK(icmp_text(11, 2) == "time exceeded");
  CHECK(icmp_text(12, 3) == "parameter problem");
  CHECK(icmp_text(8, 0) == "unknown");
}

TEST_CASE("no two codes of a type share their text") {
  std::set<std::string> texts;
  for (std::uint8_t code = 0; code < 16; ++code) texts.emplace(icmp_text(3, code));
  CHECK(texts.size() == 16);
}
