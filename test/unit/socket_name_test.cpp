// What the kernel takes and gives, by the structs of netinet/in.h.
#include "platform/socket_name.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>

#include <cstring>
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
