#include <tracetcp/address.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

using tracetcp::Address;
using tracetcp::Family;

TEST_CASE("an IPv4 address is read from dotted decimal and written back") {
  CHECK(Address::parse("192.168.0.1")->ipv4() == 0xc0a80001);
  CHECK(Address::parse("192.168.0.1")->family() == Family::ipv4);
  CHECK(Address(0xc0a80001).text() == "192.168.0.1");
  CHECK(Address().text() == "0.0.0.0");
}

// RFC 5952, sections 4 and 5.
TEST_CASE("an IPv6 address is read in any form and written in the canonical one") {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"::", "::"},
      {"::1", "::1"},
      {"2001:0DB8::0001", "2001:db8::1"},
      {"2001:db8:0:0:0:0:2:1", "2001:db8::2:1"},
      {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
      {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
      {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
      {"fe80::AbCd", "fe80::abcd"},
      {"64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
      {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
  };
  for (const auto& example : cases) {
    CAPTURE(example.first);
    const auto address = Address::parse(example.first);
    REQUIRE(address.has_value());
    CHECK(address->family() == Family::ipv6);
    CHECK(address->text() == example.second);
    CHECK_FALSE(Address::parse_ipv4(example.first).has_value());
  }
}

TEST_CASE("the bytes of an address are those of a packet") {
  const std::array<std::uint8_t, 16> bytes{0x20, 0x01, 0x0d, 0xb8, 1, 2,  3,  4,
                                           5,    6,    7,    8,    9, 10, 11, 12};
  const Address address{Address::Bytes(bytes)};
  CHECK(address.text() == "2001:db8:102:304:506:708:90a:b0c");
  CHECK(address.bytes() == bytes);
  CHECK(address.upper() == 0x20010db801020304);
  CHECK(address.lower() == 0x05060708090a0b0c);
}

TEST_CASE("addresses of both families have one order, by number") {
  const std::vector<std::string> ordered{"::",  "::1",  "0.0.0.1",     "10.0.0.9",   "10.0.1.1",
                                         "9::", "10::", "2001:db8::1", "2001:db8::2"};
  for (std::size_t i = 1; i < ordered.size(); ++i) {
    CAPTURE(ordered[i]);
    CHECK(*Address::parse(ordered[i - 1]) < *Address::parse(ordered[i]));
  }
}

// Hashes over 65,536 addresses of one /112, and of as many /64: at most a few share 32 bits by
// chance (2^16 in 2^32: half a pair is expected), and none may where they are IPv4.
TEST_CASE("few addresses share a hash") {
  const auto shared = [](auto&& address_of) {
    std::vector<std::uint32_t> hashes;
    for (std::uint32_t i = 0; i < 65536; ++i) hashes.push_back(folded(address_of(i)));
    std::sort(hashes.begin(), hashes.end());
    return hashes.end() - std::unique(hashes.begin(), hashes.end());
  };
  const auto ipv6 = [](std::size_t at, std::uint32_t number) {
    std::array<std::uint8_t, 16> bytes{0x20, 0x01, 0x0d, 0xb8};
    bytes[at] = static_cast<std::uint8_t>(number >> 8);
    bytes[at + 1] = static_cast<std::uint8_t>(number);
    return Address(Address::Bytes(bytes));
  };
  CHECK(shared([](std::uint32_t i) { return Address(0x0a000000 + i); }) == 0);
  CHECK(shared([&](std::uint32_t i) { return ipv6(14, i); }) <= 8);
  CHECK(shared([&](std::uint32_t i) { return ipv6(6, i); }) <= 8);
}

TEST_CASE("an IPv6 address with a port has brackets") {
  CHECK(text(tracetcp::Endpoint{*Address::parse("192.0.2.1"), tracetcp::Port{80}}) ==
        "192.0.2.1:80");
  CHECK(text(tracetcp::Endpoint{*Address::parse("2001:db8::1"), tracetcp::Port{65535}}) ==
        "[2001:db8::1]:65535");
}

TEST_CASE("what is neither form is no address") {
  for (const char* text :
       {"", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.4 ", "0x1.2.3.4", ":", ":::", "1:2",
        "1:2:3:4:5:6:7:8:9", "fe80::1%eth0", "[::1]", "2001:db8::12345", "::1 "}) {
    CAPTURE(text);
    CHECK_FALSE(Address::parse(text).has_value());
  }
}
