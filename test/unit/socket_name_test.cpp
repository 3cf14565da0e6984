// What the kernel takes and gives, by the structs of netinet/in.h.
#include "platform/socket_name.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>

#include <array>
#include <cstring>
#include <random>
#include <string>

using namespace tracetcp;

namespace {

Address address_of(const char* text) {
  return Address::parse(text).value();
}

sockaddr_in6 ipv6_name(const SocketName& name) {
  sockaddr_in6 ipv6{};
  REQUIRE(name.size() == sizeof ipv6);
  std::memcpy(&ipv6, name.get(), sizeof ipv6);
  return ipv6;
}

}  // namespace

TEST_CASE("an IPv4 address and a port as the kernel takes them") {
  const SocketName name({address_of("192.0.2.1"), Port{443}}, 7);
  sockaddr_in ipv4{};
  REQUIRE(name.size() == sizeof ipv4);
  std::memcpy(&ipv4, name.get(), sizeof ipv4);
  CHECK(ipv4.sin_family == AF_INET);
  CHECK(ipv4.sin_port == htons(443));
  CHECK(std::string(inet_ntoa(ipv4.sin_addr)) == "192.0.2.1");
}

TEST_CASE("an IPv6 address and a port as the kernel takes them, a link-local one with its zone") {
  const sockaddr_in6 global = ipv6_name(SocketName({address_of("2001:db8::1"), Port{443}}, 7));
  in6_addr wanted{};
  inet_pton(AF_INET6, "2001:db8::1", &wanted);
  CHECK(global.sin6_family == AF_INET6);
  CHECK(global.sin6_port == htons(443));
  CHECK(std::memcmp(&global.sin6_addr, &wanted, sizeof wanted) == 0);
  CHECK(global.sin6_scope_id == 0);
  CHECK(ipv6_name(SocketName({address_of("fe80::1"), Port{443}}, 7)).sin6_scope_id == 7);
  CHECK(ipv6_name(SocketName({address_of("febf::1"), Port{443}}, 7)).sin6_scope_id == 7);
  CHECK(ipv6_name(SocketName({address_of("fec0::1"), Port{443}}, 7)).sin6_scope_id == 0);
}

TEST_CASE("what the kernel gives is read back, and nothing else") {
  for (const char* text : {"192.0.2.1", "2001:db8::1", "fe80::1"}) {
    const Endpoint end{address_of(text), Port{443}};
    const SocketName name(end, 7);
    CHECK(endpoint_of(name.get(), name.size()) == end);
    CHECK_FALSE(endpoint_of(name.get(), name.size() - 1));
  }
  sockaddr unix{};
  unix.sa_family = AF_UNIX;
  CHECK_FALSE(endpoint_of(&unix, sizeof unix));
  CHECK_FALSE(endpoint_of(&unix, 1));
}

TEST_CASE("which addresses are loopback") {
  for (const char* text : {"127.0.0.1", "127.255.0.9", "::1"}) CHECK(is_loopback(address_of(text)));
  for (const char* text : {"128.0.0.1", "::", "::2", "1::1"}) {
    CHECK_FALSE(is_loopback(address_of(text)));
  }
}

TEST_CASE("addresses are read and written as inet_pton(3) and inet_ntop(3) do") {
  std::mt19937_64 random(1);  // NOLINT(cert-msc51-cpp): the same ones each time
  const auto below = [&](std::size_t limit) { return random() % limit; };
  constexpr std::array<const char*, 12> parts{"::", ":",     ".",    "1.2.3.4", "255", "256",
                                              "0",  "12345", "ffff", "FE80",    "g",   "01"};
  const auto check = [](const std::string& text) {
    in_addr ipv4{};
    in6_addr ipv6{};
    const auto read = Address::parse(text);
    if (inet_pton(AF_INET, text.c_str(), &ipv4) == 1) {
      CHECK_MESSAGE(read == Address(ntohl(ipv4.s_addr)), text);
    } else if (inet_pton(AF_INET6, text.c_str(), &ipv6) == 1) {
      CHECK_MESSAGE(read == Address(Address::Bytes(ipv6.s6_addr)), text);
    } else {
      CHECK_MESSAGE(!read, text);
    }
  };
  for (int i = 0; i < 20'000; ++i) {
    in6_addr bytes{};
    for (std::size_t group = 0; group < 8; ++group) {
      if (below(2) == 0) continue;
      bytes.s6_addr[2 * group] = static_cast<std::uint8_t>(below(3) == 0 ? 0xff : below(256));
      bytes.s6_addr[2 * group + 1] = static_cast<std::uint8_t>(below(3) == 0 ? 0xff : below(256));
    }
    std::array<char, INET6_ADDRSTRLEN> written{};
    inet_ntop(AF_INET6, &bytes, written.data(), written.size());
    const std::string text = written.data();
    const Address address{Address::Bytes(bytes.s6_addr)};
    if (address.family() == Family::ipv6) CHECK(address.text() == text);
    check(text);
    std::string damaged = text;
    damaged.erase(below(damaged.size()), 1);
    check(damaged);
    std::string made;
    for (std::size_t count = below(12); count > 0; --count) made += parts.at(below(parts.size()));
    check(made);
  }
}
