// Mistakes in network files are told in one line that names file, line, column and key.

#include "harness.hpp"

#include <tracetcp/error.hpp>

#include <doctest/doctest.h>

#include <algorithm>

using namespace simtest;

namespace {

std::string mistake(const std::string& toml) {
  try {
    tracetcp::parse_network(toml, "net.toml");
  } catch (const tracetcp::UsageError& error) {
    return error.what();
  }
  return "";
}

std::string repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

std::string unreadable(const std::string& path) {
  try {
    tracetcp::load_network(path);
  } catch (const tracetcp::UsageError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("mistakes in a network file") {
  const std::string edge = "[router.edge]\naddress = \"10.0.0.1\"\n";
  const std::string host = "[[host]]\naddress = \"198.51.100.1\"\n";
  const std::string route = "[[route]]\nto = \"198.51.100.1\"\n";
  struct Case {
    std::string toml;
    std::string message;  ///< its beginning
  };
  const std::vector<Case> all = {
      {"seed = ", "net.toml:1:8: "},
      {edge + edge, "net.toml:3:1: "},
      {"sede = 1",
       "net.toml:1:1: sede: unknown key, did you mean \"seed\"?; known: seed, source, "},
      {"seed = -1", "net.toml:1:1: seed: must be a whole number from 0 to "},
      {"seed = \"x\"",
       "net.toml:1:1: seed: must be a whole number from 0 to 9223372036854775807, "
       "not a text in quotes"},
      {"source = \"1.2.3\"",
       "net.toml:1:1: source: must be an address such as "
       "\"192.168.0.1\" or \"2001:db8::1\", not \"1.2.3\""},
      {"router = 1", "net.toml:1:1: router: must be a table, not a whole number"},
      {"host = 1", "net.toml:1:1: host: must be a list, not a whole number"},
      {"[router.edge]\nname = \"x\"", "net.toml:1:9: router.edge: the key \"address\" is missing"},
      {edge + "dorp = [80]",
       "net.toml:3:1: router.edge.dorp: unknown key, did you mean \"drop\"?; "
       "known: address, name, rtt, ttl, hop_limit, loss, "},
      {edge + "xyzzyxyzzy = 1", "net.toml:3:1: router.edge.xyzzyxyzzy: unknown key; known: "},
      {edge + "drop = [\"80-79\"]",
       "net.toml:3:9: router.edge.drop: \"80-79\" is no port (0 to "
       "65535) or range such as \"137-139\""},
      {edge + "drop = [65536]",
       "net.toml:3:9: router.edge.drop: must be a whole number from 0 to "
       "65535, not 65536"},
      {edge + "drop = {port = [1]}",
       "net.toml:3:9: router.edge.drop.port: unknown key, did you "
       "mean \"ports\"?; known: ports, family, early"},
      {edge + "reject = [80]", "net.toml:3:1: router.edge.reject: must be tables such as "},
      {edge + "reject = {ports = [80], with = \"admin-prohibitet\"}",
       "net.toml:3:25: router.edge.reject.with: unknown rejection \"admin-prohibitet\", did you "
       "mean \"admin-prohibited\"?; known: tcp-reset, parameter-problem, "},
      {edge + "redirect = {}",
       "net.toml:3:1: router.edge.redirect: the key \"gateway\" is missing"},
      {edge + "loss = 1.5",
       "net.toml:3:1: router.edge.loss: must be a number from 0 to 1, not 1.5"},
      {edge + "loss = nan",
       "net.toml:3:1: router.edge.loss: must be a number from 0 to 1, not nan"},
      {edge + "silent = 1",
       "net.toml:3:1: router.edge.silent: must be true or false, not a whole "
       "number"},
      {edge + "quote = 7",
       "net.toml:3:1: router.edge.quote: must be a whole number from 8 to 1480"},
      {edge + "mpls = []", "net.toml:3:1: router.edge.mpls: must hold at least one label"},
      {edge + "nat = []", "net.toml:3:1: router.edge.nat: must hold at least one table"},
      {edge + "strip_options = [\"time\"]",
       "net.toml:3:18: router.edge.strip_options: unknown option \"time\"; known: mss, "},
      {edge + "rtt = []", "net.toml:3:1: router.edge.rtt: must be milliseconds: "},
      {edge + "rtt = -1", "net.toml:3:1: router.edge.rtt: must be a number from 0 to "},
      {edge + "rtt = {mean = 1, jitter = 2}",
       "net.toml:3:18: router.edge.rtt.jitter: must not be "
       "more than the mean"},
      {edge + "[router.other]\naddress = \"10.0.0.1\"",
       "net.toml:4:1: router.other.address: 10.0.0.1 is the address of the router in line 2 "
       "already"},
      {host + host, "net.toml:4:1: host.address: another host has this address"},
      {host + "open = [80]\nclosed = [\"1-100\"]",
       "net.toml:4:1: host.closed: port 80 has two states"},
      {host + "otherwise = \"shut\"",
       "net.toml:3:1: host.otherwise: must be one of: open, closed, "
       "silent"},
      {host + "named_for = [1]", "net.toml:3:1: host.named_for: needs the key \"name\" beside it"},
      {host + "ip_id = \"one\"", "net.toml:3:1: host.ip_id: must be \"zero\" or \"random\""},
      {"[[host]]\naddress = \"10.0.0.0/33\"",
       "net.toml:2:1: host.address: \"10.0.0.0/33\" is no "
       "address or prefix such as \"10.0.0.0/8\" or \"2001:db8::/32\""},
      {"[[host]]\naddress = \"2001:db8::/129\"",
       "net.toml:2:1: host.address: \"2001:db8::/129\" is no "
       "address or prefix such as \"10.0.0.0/8\" or \"2001:db8::/32\""},
      {"[[host]]\naddress = []", "net.toml:2:1: host.address: must hold at least one address"},
      {"source = [\"10.0.0.1\", \"10.0.0.2\"]",
       "net.toml:1:23: source: at most one address of each family"},
      {"[router.edge]\naddress = [\"2001:db8::1\", \"2001:db8::2\"]",
       "net.toml:2:27: router.edge.address: at most one address of each family"},
      {edge + "hop_limit = 256",
       "net.toml:3:1: router.edge.hop_limit: must be a whole number from 1 to 255"},
      {edge + "flow_label = 1048576",
       "net.toml:3:1: router.edge.flow_label: must be a whole number from 0 to 1048575"},
      {edge + "insert_headers = [\"hop\"]",
       "net.toml:3:19: router.edge.insert_headers: unknown extension header \"hop\"; known: "
       "hop-by-hop, routing, fragment, destination"},
      {edge + "drop = {family = \"ipv5\"}",
       "net.toml:3:9: router.edge.drop.family: must be \"ipv4\" or \"ipv6\""},
      {edge + "redirect = {gateway = \"2001:db8::1\"}",
       "net.toml:3:13: router.edge.redirect.gateway: must be an IPv4 address"},
      {edge + "nat = {source_prefix = \"2001:db8::/56\"}",
       "net.toml:3:8: router.edge.nat.source_prefix: must be an IPv6 prefix of 16, 32, 48 or 64"},
      {edge + "nat = {source = \"10.0.0.9\", source_prefix = \"2001:db8::/48\"}",
       "net.toml:3:29: router.edge.nat.source_prefix: not beside \"source\""},
      {"[[host]]\naddress = \"10.0.0.0/8\"\nname = \"x\"", "net.toml:3:1: host.name: only a host "},
      {edge + route + "via = [\"egde\"]",
       "net.toml:5:8: route.via: there is no router \"egde\", did "
       "you mean \"edge\"?"},
      {edge + route + "via = [{router = \"edge\", rt = 1}]",
       "net.toml:5:26: route.via.rt: unknown key, did you mean \"rtt\"?; known: router, rtt"},
      {edge + route + "via = [[[\"edge\"]]]",
       "net.toml:5:8: route.via: a fork needs at least two "
       "branches, each a list"},
      {edge + route + "via = [{branches = [[\"edge\"], []], by = \"port\"}]",
       "net.toml:5:36: route.via.by: must be one of: flow, destination, packet, label"},
      {route + route, "net.toml:4:1: route.to: an earlier route leads there for these ports"},
      {"[[route]]\nvia = []", "net.toml:1:1: route: the key \"to\" is missing"},
      {"[segment]\na = [\"b\"]\nb = [\"a\"]", "net.toml:3:1: segment.b: segments within segments"},
      {"[segment]\na = [[[\"a\"], []]]", "net.toml:2:1: segment.a: segments within segments"},
      {"[segment]\na = []\nb = [" + repeated("\"a\", ", 101) + "]\nc = [" +
           repeated("\"b\", ", 101) + "]",
       "net.toml:3:1: segment.b: too long: more than 10000 elements"},
      {repeated("a.", 101) + "a = 1", "net.toml:1:1: more than 100 dots in a line"},
      {edge + "mpls = [" + repeated("3, ", 256) + "]",
       "net.toml:3:1: router.edge.mpls: must hold no more than 255 labels"},
      {"\"a\\nb\\u001b\" = 1", "net.toml:1:1: a?b?: unknown key"},
      {edge + "[segment]\nedge = []", "net.toml:4:1: segment.edge: a router has this name already"},
  };
  for (const Case& one : all) {
    CAPTURE(one.toml);
    const std::string told = mistake(one.toml);
    CHECK(told.substr(0, one.message.size()) == one.message);
    CHECK(std::ranges::count(told, '\n') == 0);
  }
}

TEST_CASE("an empty file is a network where nothing answers") {
  Net net("");
  CHECK(net.network().source(tracetcp::Family::ipv4).text() == "192.168.0.2");
  CHECK(net.network().seed() == 1);
  CHECK(net.ask({.ttl = 1}) == "");
}

TEST_CASE("files that can't be read") {
  CHECK(unreadable("/no/such/net.toml") ==
        "cannot read the network file /no/such/net.toml: No such file or directory");
#ifdef _WIN32
  const std::string why = "Permission denied";
#else
  const std::string why = "Is a directory";
#endif
  CHECK(unreadable("/") == "cannot read the network file /: " + why);
}

TEST_CASE("routes: the first that fits, ports, prefixes, plain addresses, neighbours") {
  Net net(R"(
source = "192.168.0.2"
seed = 42
[[host]]
address = "198.51.100.1"
open = [80, 443]
[[host]]
address = "192.168.0.9"
open = [80]
[[route]]
to = ["198.51.100.1", "198.51.100.2"]
ports = [443]
via = ["10.1.0.1", "*", "10.1.0.3"]
[[route]]
to = "198.51.100.0/24"
via = ["10.2.0.1"]
)");
  CHECK(net.network().seed() == 42);
  CHECK(net.ask({.ttl = 1, .port = 443}) == "1 10.1.0.1 11/0");
  CHECK(net.ask({.ttl = 2, .port = 443}) == "");
  CHECK(net.ask({.ttl = 4, .port = 443}) == "4 198.51.100.1 SA");
  CHECK(net.ask({.ttl = 1}) == "1 10.2.0.1 11/0");
  CHECK(net.ask({.ttl = 2}) == "2 198.51.100.1 SA");
  CHECK(net.ask({.ttl = 3, .to = "198.51.100.2", .port = 443}) == "3 10.1.0.3 11/0");
  CHECK(net.ask({.ttl = 1, .to = "192.168.0.9"}) == "1 192.168.0.9 SA");
  CHECK(net.ask({.ttl = 1, .to = "203.0.113.1"}) == "");
}

TEST_CASE("segments are parts that routes share") {
  Net net(R"(
[segment]
near = ["10.0.0.1", "10.0.0.2"]
all = ["near", "10.0.0.3"]
[[route]]
to = "default"
via = ["all", "10.0.0.4"]
)");
  for (int ttl = 1; ttl <= 4; ++ttl) {
    const std::string n = std::to_string(ttl);
    CHECK(net.ask({.ttl = ttl}) == n + " 10.0.0." + n + " 11/0");
  }
}

TEST_CASE("every network in the folder can be read") {
  for (const char* name :
       {"ecmp", "examples", "forged_reset", "lossy", "mpls", "nat", "proxy", "rejects", "silent"}) {
    CAPTURE(name);
    CHECK_NOTHROW(Net::from_file(std::string(name) + ".toml"));
  }
}
