// Address translation: what is changed on the way out, and changed back in what returns.

#include "harness.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <chrono>

using namespace simtest;
using tracetcp::Bytes;

namespace {

/// gate, nat, behind, then the host. `keys` are those of the NAT router.
Net with(const std::string& keys) {
  return Net(R"(
[router.gate]
address = "192.168.0.1"
[router.behind]
address = "10.0.0.3"
[[host]]
address = "198.51.100.1"
open = [80, 8080]
closed = [81]
reject = [{ports = [82], with = "port-unreachable"}]
[[route]]
to = "198.51.100.1"
via = ["gate", "box", "behind"]
[router.box]
address = "10.0.0.2"
)" + keys);
}

/// The flow and ISN in a quote: "192.168.0.2:40000 > 198.51.100.1:80 10203040".
std::string identity(const Octets& packet) {
  return fmt::format("{}:{} > {}:{} {:x}", tracetcp::Address(get32(packet, 12)).text(),
                     get16(packet, 20), tracetcp::Address(get32(packet, 16)).text(),
                     get16(packet, 22), get32(packet, 24));
}

Octets quote_at(Net& net, int ttl) {
  net.send({.ttl = ttl});
  const auto replies = net.replies();
  REQUIRE(replies.size() == 1);
  const Octets quote = replies[0].quote();
  CHECK(checksum(Bytes(quote).first(20)) == 0);
  CHECK(tcp_checksum_right(quote));
  return quote;
}

const std::string as_sent = "192.168.0.2:40000 > 198.51.100.1:80 10203040";

}  // namespace

TEST_CASE("quotes are translated back, or are not") {
  struct Case {
    const char* rule;
    std::string beyond;  ///< in the quote of the router behind, where quotes are not restored
  };
  for (const Case& one :
       {Case{"source = \"203.0.113.7\"", "203.0.113.7:40000 > 198.51.100.1:80 10203040"},
        Case{"source_port = 50000", "192.168.0.2:50000 > 198.51.100.1:80 10203040"},
        Case{"destination_port = 8080", "192.168.0.2:40000 > 198.51.100.1:8080 10203040"},
        Case{"source = \"203.0.113.7\", source_port = 1025, destination = \"198.51.100.1\"",
             "203.0.113.7:1025 > 198.51.100.1:80 10203040"}}) {
    CAPTURE(one.rule);
    Net careful = with(fmt::format("nat = {{{}}}", one.rule));
    CHECK(identity(quote_at(careful, 3)) == as_sent);
    Net careless = with(fmt::format("nat = {{{}, restore_quotes = false}}", one.rule));
    CHECK(identity(quote_at(careless, 1)) == as_sent);
    CHECK(identity(quote_at(careless, 2)) == as_sent);  // the NAT itself has not translated yet
    CHECK(identity(quote_at(careless, 3)) == one.beyond);
  }
}

TEST_CASE("replies of the target always come from where the SYN was sent to") {
  struct Case {
    const char* keys;
    std::uint16_t port;
    const char* answer;
  };
  for (const Case& one :
       {Case{"nat = {source = \"203.0.113.7\", source_port = true}", 80, "SA"},
        Case{"nat = {source_port = true, restore_quotes = false}", 81, "RA"},
        Case{"nat = {ports = [443], destination_port = 8080}", 443, "SA"},
        Case{"nat = {ports = [443], destination_port = 81}", 443, "RA"},
        Case{"rewrite_isn = true", 80, "SA"}, Case{"rewrite_isn = true", 81, "RA"}}) {
    CAPTURE(one.keys);
    Net net = with(one.keys);
    net.send({.port = one.port});
    const auto replies = net.replies();
    REQUIRE(replies.size() == 1);  // no repeats: the reset found its way to the target
    const Octets& bytes = replies[0].bytes;
    CHECK(replies[0].what() == one.answer);
    CHECK(replies[0].source() == "198.51.100.1");
    CHECK(get16(bytes, 20) == one.port);
    CHECK(get16(bytes, 22) == 40000);
    CHECK(get32(bytes, 28) == SynSpec{}.isn + 1);
  }
}

TEST_CASE("an ICMP error of the target itself is translated too") {
  Net net = with("nat = {ports = [443], destination_port = 82, source = \"203.0.113.7\"}");
  net.send({.port = 443});
  const auto replies = net.replies();
  REQUIRE(replies.size() == 1);
  CHECK(replies[0].what() == "3/3");
  CHECK(identity(replies[0].quote()) == "192.168.0.2:40000 > 198.51.100.1:443 10203040");
}

TEST_CASE("a short quote is translated as far as it goes") {
  Net net(R"(
[router.gate]
address = "192.168.0.1"
nat = {source = "203.0.113.7", source_port = 1025}
[router.short]
address = "10.0.0.1"
quote = 8
[[route]]
to = "default"
via = ["gate", "short"]
)");
  net.send({.ttl = 2});
  const auto replies = net.replies();
  REQUIRE(replies.size() == 1);
  CHECK(replies[0].bytes.size() == 56);
  CHECK(identity(replies[0].quote()) == as_sent);
}

TEST_CASE("a rewritten IP id stays rewritten in quotes") {
  Net net = with("nat = {ip_id = true}");
  CHECK(get16(quote_at(net, 2), 4) == 0x1234);
  const auto first = get16(quote_at(net, 3), 4);
  const auto second = get16(quote_at(net, 3), 4);
  CHECK(first != 0x1234);
  CHECK(first != second);
}

TEST_CASE("a rewritten ISN is the flow's own, and may stay in quotes") {
  Net restored = with("rewrite_isn = true");
  CHECK(get32(quote_at(restored, 3), 24) == SynSpec{}.isn);
  Net kept = with("rewrite_isn = {restore_quotes = false}");
  const auto isn = get32(quote_at(kept, 3), 24);
  CHECK(isn != SynSpec{}.isn);
  CHECK(isn == get32(quote_at(kept, 3), 24));
}

TEST_CASE("two translations in a row, and a destination that leads elsewhere") {
  Net net = Net::from_file("nat.toml");
  // Port 22 goes straight on: four routers, then the host.
  CHECK(net.ask({.ttl = 4, .port = 22}) == "4 10.0.0.3 11/0");
  CHECK(net.ask({.ttl = 5, .port = 22}) == "5 198.51.100.1 SA");
  CHECK(net.ask({.ttl = 5, .port = 23}) == "5 198.51.100.1 RA");
  // Port 80 is led to another server: over `inner`, and open where the target is closed.
  CHECK(net.ask({.ttl = 4}) == "4 10.80.0.1 11/0");
  CHECK(net.ask({.ttl = 5}) == "5 198.51.100.1 SA");

  net.send({.ttl = 4});
  const auto replies = net.replies();
  REQUIRE(replies.size() == 1);
  // `balancer` restores what it changed, `careless` does not, so `gate` finds nothing to restore.
  const std::string quoted = identity(replies[0].quote());
  CHECK(quoted.starts_with("203.0.113.99:"));
  CHECK(quoted.ends_with("> 198.51.100.1:80 10203040"));
  CHECK(get16(replies[0].quote(), 4) != 0x1234);
}

TEST_CASE("replies to an address that is not the client's do not come back") {
  Net net = with("");
  Octets packet = syn({.ttl = 1});
  packet[15] = 3;  // 192.168.0.3, with the IP checksum kept right
  packet[11] = static_cast<std::uint8_t>(packet[11] - 1);
  net.send_bytes(packet);
  CHECK(net.capture().size() == 1);
}

TEST_CASE("a packet that is led in circles is lost, even where its TTL is set anew") {
  Net net(R"(
[router.one]
address = "10.0.0.1"
set_ttl = 64
nat = {destination = "198.51.100.2"}
[router.two]
address = "10.0.0.2"
nat = {destination = "198.51.100.3"}
[[route]]
to = ["198.51.100.1", "198.51.100.2"]
via = ["one", "two"]
[[route]]
to = "198.51.100.3"
via = ["two", "one"]
)");
  CHECK(net.ask({.ttl = 1}) == "1 10.0.0.1 11/0");
  CHECK(net.ask({.ttl = 2}) == "");
}
