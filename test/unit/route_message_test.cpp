// The route messages of rtnetlink(7), written here byte by byte as linux/rtnetlink.h and
// linux/netlink.h lay them out, so that also answers are read that the machine at hand can't give
// (VRF, VLAN, multipath, IPv6 next hops).
#include "platform/route_message.hpp"

#include <doctest/doctest.h>
#include <linux/netlink.h>

#include <cstring>
#include <string>
#include <vector>

using namespace tracetcp;

namespace {

using RouteBytes = std::vector<std::uint8_t>;

template <class Value>
void put_value(RouteBytes& message, Value value) {
  const std::size_t at = message.size();
  message.resize(at + sizeof value);
  std::memcpy(message.data() + at, &value, sizeof value);
}

constexpr std::uint8_t type_unicast = 1;
constexpr std::uint8_t type_local = 2;

/// Header and rtmsg of an RTM_NEWROUTE (24).
RouteBytes new_route(std::uint8_t type) {
  RouteBytes message;
  put_value(message, std::uint32_t{0});   // length: see finished()
  put_value(message, std::uint16_t{24});  // nlmsg_type
  put_value(message, std::uint16_t{0});   // flags
  put_value(message, std::uint64_t{0});   // sequence, port
  const RouteBytes route{2 /*AF_INET*/, 32, 0, 0, 254, 0, 0, type, 0, 0, 0, 0};
  message.insert(message.end(), route.begin(), route.end());
  return message;
}

void put_attribute(RouteBytes& message, std::uint16_t type, const RouteBytes& payload) {
  put_value(message, static_cast<std::uint16_t>(4 + payload.size()));
  put_value(message, type);
  message.insert(message.end(), payload.begin(), payload.end());
  while (message.size() % 4 != 0) message.push_back(0);
}

void put_index(RouteBytes& message, std::uint32_t index) {
  RouteBytes payload;
  put_value(payload, index);
  put_attribute(message, 4 /*RTA_OIF*/, payload);
}

RouteAnswer answer_in(RouteBytes message) {
  const auto length = static_cast<std::uint32_t>(message.size());
  std::memcpy(message.data(), &length, sizeof length);
  RouteAnswer answer;
  read_route_answer(reinterpret_cast<const nlmsghdr*>(message.data()), &answer);
  return answer;
}

/// What a request holds, attribute by attribute: "TYPE=BYTES" in hexadecimal.
std::vector<std::string> attributes_of(const RouteQuestion& question) {
  RouteBuffer buffer{};
  const nlmsghdr* header = write_question(buffer, question);
  constexpr std::size_t fixed = 16 + 12;
  std::vector<std::string> found;
  for (std::size_t at = fixed; at < header->nlmsg_len;) {
    std::uint16_t size = 0;
    std::uint16_t type = 0;
    std::memcpy(&size, buffer.data() + at, sizeof size);
    std::memcpy(&type, buffer.data() + at + 2, sizeof type);
    std::string text = std::to_string(type) + '=';
    for (std::size_t i = 4; i < size; ++i) {
      constexpr const char* digits = "0123456789abcdef";
      const auto byte = static_cast<std::uint8_t>(buffer[at + i]);
      text += digits[byte >> 4];
      text += digits[byte & 0xf];
    }
    found.push_back(text);
    at += (size + 3U) / 4 * 4;
  }
  return found;
}

constexpr Address asked_target{0x0a510902};  // 10.81.9.2
constexpr Address asked_source{0x0a510101};  // 10.81.1.1

}  // namespace

TEST_CASE("a route is asked for by protocol, ports, source and interface") {
  const auto asked = attributes_of({.target = asked_target,
                                    .source = asked_source,
                                    .source_port = Port{40001},
                                    .target_port = Port{443},
                                    .interface_index = 7});
  const std::vector<std::string> expected{
      "1=0a510902",  // RTA_DST
      "4=07000000",  // RTA_OIF
      "2=0a510101",  // RTA_SRC
      "27=06",       // RTA_IP_PROTO: TCP
      "29=01bb",     // RTA_DPORT, network byte order
      "28=9c41",     // RTA_SPORT
  };
  CHECK(asked == expected);
}

TEST_CASE("a route without ports is asked for without protocol") {
  CHECK(attributes_of({.target = asked_target}) == std::vector<std::string>{"1=0a510902"});
  CHECK(attributes_of({.target = asked_target, .target_port = Port{80}}) ==
        std::vector<std::string>{"1=0a510902", "27=06", "29=0050"});
}

TEST_CASE("a route by a gateway") {
  RouteBytes message = new_route(type_unicast);
  put_index(message, 3);
  put_attribute(message, 7 /*RTA_PREFSRC*/, {10, 81, 1, 1});
  put_attribute(message, 5 /*RTA_GATEWAY*/, {10, 81, 1, 2});
  const RouteAnswer answer = answer_in(message);
  CHECK(answer.type == type_unicast);
  CHECK(answer.interface_index == 3);
  CHECK(answer.source == asked_source);
  REQUIRE(answer.gateway);
  CHECK(answer.gateway->text() == "10.81.1.2");
}

TEST_CASE("a route on the link has no gateway, and one without an address no source") {
  RouteBytes message = new_route(type_unicast);
  put_index(message, 3);
  const RouteAnswer answer = answer_in(message);
  CHECK(!answer.gateway);
  CHECK(answer.source == Address());
}

TEST_CASE("an IPv4 route by an IPv6 next hop, RFC 8950") {
  RouteBytes message = new_route(type_unicast);
  put_index(message, 3);
  put_attribute(
      message, 18 /*RTA_VIA*/,
      {10, 0, 0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0xd8, 0x85, 0xce, 0xff, 0xfe, 0xcb, 0x6f, 0x3f});
  const RouteAnswer answer = answer_in(message);
  REQUIRE(answer.gateway);
  CHECK(answer.gateway->text() == "fe80::d885:ceff:fecb:6f3f");
}

TEST_CASE("an IPv6 route is asked for and read") {
  const Address target = Address::parse("2001:db8::1").value();
  const Address source = Address::parse("fd77::7").value();
  CHECK(attributes_of({.target = target, .source = source, .target_port = Port{443}}) ==
        std::vector<std::string>{"1=20010db8000000000000000000000001",
                                 "2=fd770000000000000000000000000007", "27=06", "29=01bb"});
  RouteBuffer buffer{};
  write_question(buffer, {.target = target, .source = source});
  CHECK(buffer[16] == 10);                              // rtm_family: AF_INET6
  CHECK(static_cast<std::uint8_t>(buffer[17]) == 128);  // rtm_dst_len
  CHECK(static_cast<std::uint8_t>(buffer[18]) == 128);  // rtm_src_len

  RouteBytes message = new_route(type_unicast);
  put_index(message, 3);
  put_attribute(message, 7 /*RTA_PREFSRC*/, {0xfd, 0x77, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7});
  put_attribute(message, 5 /*RTA_GATEWAY*/, {0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9});
  const RouteAnswer answer = answer_in(message);
  CHECK(answer.interface_index == 3);
  CHECK(answer.source == source);
  REQUIRE(answer.gateway);
  CHECK(answer.gateway->text() == "fe80::9");
}

TEST_CASE("a next hop that can't be read is a gateway that is not known") {
  RouteBytes message = new_route(type_unicast);
  put_attribute(message, 18 /*RTA_VIA*/, {28 /*AF_MPLS*/, 0, 1, 2, 3, 4});
  REQUIRE(answer_in(message).gateway);
  CHECK(answer_in(message).gateway->text() == "unknown");
  RouteBytes cut = new_route(type_unicast);
  put_attribute(cut, 18 /*RTA_VIA*/, {10, 0, 0xfe, 0x80});
  REQUIRE(answer_in(cut).gateway);
  CHECK(answer_in(cut).gateway->text() == "unknown");
  RouteBytes empty = new_route(type_unicast);
  put_attribute(empty, 18 /*RTA_VIA*/, {10});
  CHECK(!answer_in(empty).gateway);
}

// This kernel has neither VRFs nor VLANs: what it would answer is made up here. Of a VRF the
// route's interface is the enslaved one, and the table that of the VRF.
TEST_CASE("a route of a VRF names the interface that packets leave by") {
  RouteBytes message = new_route(type_unicast);
  RouteBytes table;
  put_value(table, std::uint32_t{10});
  put_attribute(message, 15 /*RTA_TABLE*/, table);
  put_index(message, 12);
  put_attribute(message, 7 /*RTA_PREFSRC*/, {10, 81, 1, 1});
  put_attribute(message, 5 /*RTA_GATEWAY*/, {10, 81, 1, 2});
  put_attribute(message, 25 /*RTA_UID*/, {0, 0, 0, 0});
  const RouteAnswer answer = answer_in(message);
  CHECK(answer.interface_index == 12);
  CHECK(answer.gateway == Gateway{Address(0x0a510102)});
}

TEST_CASE("the type of a route, and other messages") {
  CHECK(answer_in(new_route(type_local)).type == type_local);
  RouteBytes other = new_route(type_local);
  other[4] = 20;  // RTM_NEWADDR
  CHECK(answer_in(other).type == 0);
}
