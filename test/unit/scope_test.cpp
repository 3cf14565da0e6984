#include "core/scope.hpp"

#include "core/embedded_ipv4.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using tracetcp::Address;
using tracetcp::Scope;
using tracetcp::scope_of;

namespace {

void check_all(const std::vector<std::string>& addresses, Scope scope) {
  for (const std::string& text : addresses) {
    CAPTURE(text);
    CHECK(scope_of(Address::parse(text).value()) == scope);
  }
}

}  // namespace

// IANA, "IPv6 Special-Purpose Address Registry", at the ends of each range.
TEST_CASE("special IPv6 addresses are known at both ends of their ranges") {
  check_all({"::",
             "::1",
             "64:ff9b:1::",
             "64:ff9b:1:ffff:ffff:ffff:ffff:ffff",
             "100::",
             "100::ffff:ffff:ffff:ffff",
             "100:0:0:1::",
             "2001::",
             "2001:0:ffff::",
             "2001:1::",
             "2001:1::4",
             "2001:2::",
             "2001:1ff:ffff::",
             "2001:db8::",
             "2001:db8:ffff:ffff::",
             "2002::",
             "2002:ffff::",
             "3fff::",
             "3fff:fff:ffff::",
             "5f00::",
             "fe80::1",
             "febf:ffff::",
             "ff00::",
             "ff02::1"},
            Scope::special);
}

TEST_CASE("IPv6 addresses of one network are known at both ends of their range") {
  check_all({"fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"}, Scope::private_use);
}

TEST_CASE("IPv6 addresses beside the special ranges mean one machine everywhere") {
  check_all({"64:ff9b::", "64:ff9b::c000:201", "2001:1::1", "2001:1::2", "2001:1::3",
             "2001:3::", "2001:4:112::1", "2001:20::", "2001:2f:ffff::", "2001:30::",
             "2001:3f:ffff::", "2001:200::", "2001:db7:ffff::", "2001:db9::", "2003::",
             "2a00:1450::", "3ffe:ffff::", "3fff:1000::", "2620:4f:8000::1"},
            Scope::global);
}

TEST_CASE("the IPv4 address in one of NAT64 or 6to4") {
  const auto embedded = [](const char* text) {
    return tracetcp::embedded_ipv4_text(*tracetcp::Address::parse(text));
  };
  CHECK(embedded("64:ff9b::192.0.2.33") == "NAT64 of 192.0.2.33");  // RFC 6052, section 2.4
  CHECK(embedded("2002:c000:204::1") == "6to4 of 192.0.2.4");       // RFC 3056, section 2
  for (const char* text :
       {"64:ff9b:1::c000:221", "64:ff9b::1:c000:221", "2001:db8::1", "2003::1", "192.0.2.1"}) {
    CAPTURE(text);
    CHECK(embedded(text).empty());
  }
}
