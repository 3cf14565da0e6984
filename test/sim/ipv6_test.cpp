// IPv6 in the simulated network: packets as they leave and come back, byte for byte where that is
// short. Expected numbers are those of RFC 8200, RFC 4443, RFC 4884 and RFC 6296.

#include "harness.hpp"
#include "tracing.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace simtest;
using tracetcp::Bytes;

namespace {

constexpr std::size_t header = 40;

Octets address_bytes(const std::string& text) {
  const auto bytes = tracetcp::Address::parse(text).value().bytes();
  return {bytes.begin(), bytes.end()};
}

std::string address_at(Bytes packet, std::size_t at) {
  return tracetcp::Address(packet.subspan(at).first<16>()).text();
}

/// Of addresses, length and protocol (RFC 8200, section 8.1), and what follows the header.
bool checksum_right(Bytes packet) {
  const std::uint32_t pseudo = 65535U - checksum(packet.subspan(8, 32)) + packet[6] +
                               static_cast<std::uint32_t>(packet.size() - header);
  return checksum(packet.subspan(header), pseudo) == 0;
}

struct Syn6 {
  int hop_limit = 64;
  std::string to = "2001:db8:1::1";
  std::uint16_t port = 80;
  std::uint16_t source_port = 40000;
  std::uint32_t label = 0x12345;
  std::string from = "2001:db8:0:1::2";
};

/// A SYN of 60 bytes, without TCP options.
Octets syn6(const Syn6& spec) {
  Octets bytes = from_hex("60000000 0014 06 00");
  bytes[1] = static_cast<std::uint8_t>(spec.label >> 16);
  bytes[2] = static_cast<std::uint8_t>(spec.label >> 8);
  bytes[3] = static_cast<std::uint8_t>(spec.label);
  bytes[7] = static_cast<std::uint8_t>(spec.hop_limit);
  for (const auto& address : {spec.from, spec.to}) {
    const Octets part = address_bytes(address);
    bytes.insert(bytes.end(), part.begin(), part.end());
  }
  const Octets tcp = from_hex("00000000 10203040 00000000 5002faf0 00000000");
  bytes.insert(bytes.end(), tcp.begin(), tcp.end());
  const auto put = [&bytes](std::size_t at, std::uint16_t value) {
    bytes[at] = static_cast<std::uint8_t>(value >> 8);
    bytes[at + 1] = static_cast<std::uint8_t>(value);
  };
  put(40, spec.source_port);
  put(42, spec.port);
  const std::uint32_t pseudo = 65535U - checksum(Bytes(bytes).subspan(8, 32)) + 6 + 20;
  put(56, checksum(Bytes(bytes).subspan(header), pseudo));
  return bytes;
}

/// The only reply to a SYN, its checksum right.
Octets reply_to(Net& net, const Syn6& spec) {
  net.send_bytes(syn6(spec));
  Octets reply;
  for (const Captured& one : net.capture(100)) {
    if (address_at(one.bytes, 8) == spec.from) continue;
    if (reply.empty()) reply = one.bytes;
    CAPTURE(to_hex(one.bytes));
    CHECK(checksum_right(one.bytes));
    CHECK(get16(one.bytes, 4) == one.bytes.size() - header);
    CHECK(address_at(one.bytes, 24) == spec.from);
  }
  return reply;
}

std::string way(const std::string& keys) {
  return R"(
[router.gate]
address = ["192.168.0.1", "2001:db8:0:1::1"]
[router.last]
address = ["10.0.0.3", "2001:db8:0:3::1"]
[[host]]
address = ["198.51.100.1", "2001:db8:1::1"]
open = [80]
closed = [81]
hop_limit = 60
[[route]]
to = "default"
via = ["gate", "box", "last"]
[router.box]
address = ["10.0.0.2", "2001:db8:0:2::1"]
)" + keys;
}

/// The quoted packet of an ICMPv6 error.
Octets quote_in(const Octets& error) {
  return {error.begin() + header + 8, error.end()};
}

}  // namespace

TEST_CASE("a hop limit that runs out is reported with the whole packet") {
  Net net(way(""));
  const Octets error = reply_to(net, {.hop_limit = 2});
  REQUIRE(error.size() == header + 8 + 60);
  CHECK(to_hex(Bytes(error).first(8)) == "6000000000443afe");  // 68 bytes, ICMPv6, 255 less a hop
  CHECK(address_at(error, 8) == "2001:db8:0:2::1");
  CHECK(to_hex(Bytes(error).subspan(header, 2)) == "0300");
  Octets sent = syn6({.hop_limit = 1});
  CHECK(quote_in(error) == sent);
}

TEST_CASE("a host answers over IPv6: SYN-ACK, RST, its hop limit") {
  Net net(way(""));
  const Octets open = reply_to(net, {});
  REQUIRE(open.size() >= header + 20);
  CHECK(open[7] == 60 - 3);
  CHECK(open[53] == 0x12);
  CHECK(get32(open, 48) == 0x10203041);
  const Octets closed = reply_to(net, {.port = 81});
  REQUIRE(closed.size() >= header + 20);
  CHECK(closed[53] == 0x14);
  CHECK(closed[7] == 60 - 3);
}

TEST_CASE("the same file answers over IPv4 with its own TTL") {
  Net net(way(""));
  CHECK(net.ask({.ttl = 2}) == "2 10.0.0.2 11/0");
  CHECK(net.ask({.port = 81}) == "4 198.51.100.1 RA");
}

TEST_CASE("a router without an address of the family is silent in it") {
  Net net(R"(
[[host]]
address = "2001:db8:1::1"
[[route]]
to = "default"
via = ["10.0.0.1", "2001:db8::1"]
)");
  CHECK(reply_to(net, {.hop_limit = 1}).empty());
  CHECK(address_at(reply_to(net, {.hop_limit = 2}), 8) == "2001:db8::1");
}

TEST_CASE("rejections have the codes of ICMPv6") {
  struct Case {
    std::string with;
    std::string begins;  ///< type, code, checksum left out, then the four bytes behind it
  };
  const Case all[] = {
      {"\"no-route\"", "0100 00000000"},
      {"\"admin-prohibited\"", "0101 00000000"},
      {"\"beyond-scope\"", "0102 00000000"},
      {"\"address-unreachable\"", "0103 00000000"},
      {"\"port-unreachable\"", "0104 00000000"},
      {"\"source-policy\"", "0105 00000000"},
      {"\"reject-route\"", "0106 00000000"},
      {"\"source-routing-error\"", "0107 00000000"},
      {"\"headers-too-long\"", "0108 00000000"},
      {"\"packet-too-big\", mtu = 1280", "0200 00000500"},
      {"\"parameter-problem\"", "0400 00000028"},
      {"9", "0109 00000000"},
      {"\"net-unreachable\"", "0100 00000000"},
      {"\"host-unreachable\"", "0103 00000000"},
      {"\"frag-needed\", mtu = 1400", "0200 00000578"},
  };
  for (const Case& one : all) {
    CAPTURE(one.with);
    Net net(way("reject = {ports = 80, with = " + one.with + "}"));
    const Octets error = reply_to(net, {});
    REQUIRE(error.size() > header + 8);
    CHECK(to_hex(Bytes(error).subspan(header, 2)) + " " +
              to_hex(Bytes(error).subspan(header + 4, 4)) ==
          one.begins);
  }
}

TEST_CASE("rules of one family leave the other alone") {
  Net net(way("drop = {ports = 80, family = \"ipv6\"}"));
  CHECK(reply_to(net, {}).empty());
  CHECK(net.ask({.options = false}).starts_with("4 198.51.100.1 SA"));
}

TEST_CASE("traffic class and flow label are rewritten, which quotes beyond show") {
  Net net(way("dscp = 46\necn = 1\nflow_label = 0xabcde"));
  CHECK(to_hex(Bytes(quote_in(reply_to(net, {.hop_limit = 2}))).first(4)) == "60012345");
  CHECK(to_hex(Bytes(quote_in(reply_to(net, {.hop_limit = 3}))).first(4)) == "6b9abcde");
}

TEST_CASE("extension headers are inserted in the order of RFC 8200, each once") {
  Net net(way("insert_headers = [\"fragment\", \"hop-by-hop\", \"destination\", \"fragment\"]"));
  const Octets error = reply_to(net, {.hop_limit = 3});
  const Octets quote = quote_in(error);
  REQUIRE(quote.size() == header + 3 * 8 + 20);
  CHECK(get16(quote, 4) == 3 * 8 + 20);
  CHECK(quote[6] == 0);  // hop-by-hop, then fragment, destination, TCP
  CHECK(to_hex(Bytes(quote).subspan(40, 24)) ==
        "2c00010400000000"
        "3c000000cafef00d"
        "0600010400000000");
  CHECK(get16(quote, 40 + 24 + 2) == 80);
  const Octets open = reply_to(net, {});  // the host reads past them
  REQUIRE(open.size() > header);
  CHECK(open[6] == 6);
}

TEST_CASE("a short quote ends behind the extension headers and eight bytes") {
  const std::string insert =
      "insert_headers = [\"hop-by-hop\"]\n[router.end]\naddress = \"2001:db8::e\"";
  std::string toml = way(insert);
  const std::string last = "address = [\"10.0.0.3\", \"2001:db8:0:3::1\"]";
  toml.replace(toml.find(last), last.size(), last + "\nquote = 8");
  Net net(toml);
  CHECK(quote_in(reply_to(net, {.hop_limit = 3})).size() == header + 8 + 8);
}

TEST_CASE("label stacks: the length counts eight bytes, in the first byte") {
  Net net(way("mpls = [16001]"));
  const Octets error = reply_to(net, {.hop_limit = 2});
  CHECK(to_hex(Bytes(error).subspan(header + 4, 4)) == "10000000");  // 16 * 8 = 128
  CHECK(error.size() == header + 8 + 128 + 12);
}

TEST_CASE("prefixes are translated as RFC 6296 does, and back") {
  // The example of RFC 6296, appendix B: the translated word is d550.
  Net net("source = \"fd01:203:405:1::1234\"\n" +
          way("nat = {source_prefix = \"2001:db8:1::/48\", restore_quotes = false}"));
  const Syn6 from_inside{.hop_limit = 3, .from = "fd01:203:405:1::1234"};
  const Octets quote = quote_in(reply_to(net, from_inside));
  CHECK(address_at(quote, 8) == "2001:db8:1:d550::1234");
  Octets sent = syn6(from_inside);
  CHECK(get16(quote, 56) == get16(sent, 56));  // the checksum of TCP stays
  CHECK(reply_to(net, {.from = "fd01:203:405:1::1234"}).size() > header);
}

TEST_CASE("addresses are translated, in quotes too") {
  Net net(way("nat = {source = \"2001:db8:ffff::1\", source_port = 7}"));
  const Octets error = reply_to(net, {.hop_limit = 3});
  CHECK(quote_in(error) == syn6({.hop_limit = 1}));
  CHECK(reply_to(net, {}).size() > header);
}

TEST_CASE("a balancer by label ignores ports, and one by flow the label") {
  const auto nodes = [](const std::string& by, const Syn6& first, bool vary_label) {
    Net net(R"(
[[host]]
address = "2001:db8:1::1"
[[route]]
to = "default"
via = [{branches = [["2001:db8::a"], ["2001:db8::b"]], by = ")" +
            by + "\"}]");
    std::set<std::string> seen;
    for (std::uint16_t i = 0; i < 20; ++i) {
      Syn6 spec = first;
      spec.hop_limit = 1;
      if (vary_label) spec.label += i;
      if (!vary_label) spec.source_port = static_cast<std::uint16_t>(spec.source_port + i);
      seen.insert(address_at(reply_to(net, spec), 8));
    }
    return seen.size();
  };
  CHECK(nodes("label", {}, true) == 2);
  CHECK(nodes("label", {}, false) == 1);
  CHECK(nodes("flow", {}, true) == 1);
  CHECK(nodes("flow", {}, false) == 2);
}

TEST_CASE("a host that is down: address unreachable") {
  Net net(way("[[host]]\naddress = \"2001:db8:1::9\"\ndown = true\n"));
  const Octets error = reply_to(net, {.to = "2001:db8:1::9"});
  REQUIRE(error.size() > header);
  CHECK(address_at(error, 8) == "2001:db8:0:3::1");
  CHECK(to_hex(Bytes(error).subspan(header, 2)) == "0103");
}

TEST_CASE("packets that a router would drop get no answer") {
  Net net(way(""));
  const auto silent = [&net](Octets packet) {
    net.send_bytes(packet);
    return net.capture(10).size() == 1;
  };
  Octets cut = syn6({.hop_limit = 1});
  cut.pop_back();
  CHECK(silent(cut));
  Octets fragment = syn6({.hop_limit = 1});
  fragment[6] = 44;  // the ports are then a fragment header with an offset
  CHECK(silent(fragment));
  Octets without_end = syn6({.hop_limit = 1});
  without_end[6] = 60;
  without_end[41] = 200;  // longer than the packet
  CHECK(silent(without_end));
  Octets wrong_checksum = syn6({});
  wrong_checksum[56] ^= 1;
  CHECK(silent(wrong_checksum));
}
