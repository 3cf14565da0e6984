// The networks of the user's examples give the user's very times.

#include "harness.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <sstream>

using namespace simtest;
using tracetcp::Port;

namespace {

/// Asks a hop `probes` times and tells who answered and when: "10.0.0.1 1 2 *".
std::string ask_hop(Net& net, const std::string& to, std::uint16_t port, int ttl, int probes) {
  std::string times;
  std::string address;
  for (int i = 0; i < probes; ++i) {
    const auto sent = net.link().now();
    net.send({.ttl = ttl, .to = to, .port = port});
    const auto replies = net.replies(5);
    REQUIRE(replies.size() <= 1);
    if (replies.empty()) {
      times += " *";
      continue;
    }
    const std::chrono::duration<double, std::milli> rtt = replies[0].time - sent;
    times += fmt::format(" {}", rtt.count());
    address = replies[0].source();
    if (!replies[0].is_icmp()) address += " " + replies[0].what();
  }
  return address + times;
}

void check_trace(const std::string& host, std::uint16_t port,
                 const std::vector<std::string>& rows) {
  Net net = Net::from_file("examples.toml");
  const auto address = net.network().resolve(host, Port{port});
  REQUIRE(address);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CAPTURE(i + 1);
    CHECK(ask_hop(net, address->text(), port, static_cast<int>(i) + 1, 3) == rows[i]);
  }
}

}  // namespace

TEST_CASE("www.ebay.co.uk on port 80: 15 hops, the 14th silent") {
  check_trace(
      "www.ebay.co.uk", 80,
      {"192.168.0.1 1 1 2", "10.78.128.1 10 9 11", "62.30.193.33 10 11 8", "172.18.14.45 10 9 10",
       "172.18.14.62 14 13 14", "194.117.136.18 12 13 14", "166.63.222.37 12 12 14",
       "208.172.146.100 182 164 164", "208.172.156.198 163 163 164", "66.35.194.50 165 165 167",
       "66.35.212.190 165 165 164", "66.135.207.253 168 169 169", "66.135.207.174 166 169 171",
       " * * *", "66.135.192.41 SA 170 170 170"});
}

TEST_CASE("www.ebay.co.uk on blocked ports: after hop 2, and after hop 1") {
  check_trace("www.ebay.co.uk", 135,
              {"192.168.0.1 1 1 1", "10.78.128.1 10 13 9", " * * *", " * * *"});
  for (std::uint16_t port = 137; port <= 139; ++port) {
    check_trace("www.ebay.co.uk", port, {"192.168.0.1 1 1 1", " * * *", " * * *"});
  }
}

TEST_CASE("ftp.cdrom.com: 17 hops on port 21, a proxy at hop 5 on port 80") {
  check_trace(
      "ftp.cdrom.com", 21,
      {"192.168.0.1 2 1 1", "10.152.79.254 9 9 9", "62.253.122.137 10 33 11",
       "62.253.121.129 27 13 10", "62.253.184.117 12 10 9", "62.253.185.201 10 11 13",
       "212.113.14.129 11 9 10", "212.187.131.125 11 12 11", "212.187.128.153 78 76 78",
       "64.159.17.104 76 75 77", "64.152.40.2 85 78 93", "66.192.240.33 78 78 81",
       "168.215.53.41 99 97 100", "168.215.55.203 123 119 118", "66.192.244.203 119 119 119",
       "207.250.14.130 119 120 120", "207.250.14.6 SA 128 128 128"});
  check_trace("ftp.cdrom.com", 80,
              {"192.168.0.1 1 1 1", "10.152.79.254 10 10 9", "62.253.122.9 10 10 11",
               "62.253.121.1 11 10 11", "207.250.14.6 SA 10 10 10", "207.250.14.6 SA 10 10 10"});
}

TEST_CASE("192.168.0.1 scanned on ports 20 to 80") {
  Net net = Net::from_file("examples.toml");
  std::string open;
  for (std::uint16_t port = 20; port <= 80; ++port) {
    const std::string answer = net.ask({.ttl = 50, .to = "192.168.0.1", .port = port});
    if (!answer.empty()) open += fmt::format("{}: {}\n", port, answer);
  }
  CHECK(open ==
        "21: 1 192.168.0.1 SA\n"
        "23: 2 192.168.0.1 SA\n"
        "80: 3 192.168.0.1 SA\n");
  CHECK(net.ask({.ttl = 1, .to = "192.168.0.1", .port = 80}) == "3 192.168.0.1 SA");
}

TEST_CASE("ports 130 to 140 at hop 3") {
  Net net = Net::from_file("examples.toml");
  const std::string to = net.network().resolve("www.ebay.co.uk", Port{130})->text();
  CHECK(to == "66.135.192.41");
  std::string times;
  for (std::uint16_t port = 130; port <= 140; ++port) {
    times += ask_hop(net, to, port, 3, 1) + "\n";
  }
  const std::string hop3 = "62.30.193.33 ";
  CHECK(times == hop3 + "11\n" + hop3 + "11\n" + hop3 + "10\n" + hop3 + "10\n" + hop3 + "13\n *\n" +
                     hop3 + "10\n *\n *\n *\n" + hop3 + "11\n");
}

TEST_CASE("ports 134 to 140 at hops 1 to 3, towards the other address") {
  Net net = Net::from_file("examples.toml");
  const std::string to = net.network().resolve("www.ebay.co.uk", Port{134})->text();
  CHECK(to == "66.135.208.41");
  const std::vector<std::pair<std::uint16_t, std::vector<std::string>>> table = {
      {134, {"1", "12", "10"}}, {135, {"1", "10", "*"}}, {136, {"1", "11", "9"}},
      {137, {"1", "*", "*"}},   {138, {"1", "*", "*"}},  {139, {"1", "*", "*"}},
      {140, {"1", "12", "187"}}};
  const std::vector<std::string> hops = {"192.168.0.1", "10.78.128.1", "62.30.193.33"};
  for (const auto& [port, times] : table) {
    for (std::size_t i = 0; i < hops.size(); ++i) {
      const std::string who = times[i] == "*" ? "" : hops[i];
      CHECK(ask_hop(net, to, port, static_cast<int>(i) + 1, 1) == who + " " + times[i]);
    }
  }
}

TEST_CASE("names of the examples") {
  Net net = Net::from_file("examples.toml");
  const tracetcp::Endpoint ebay{tracetcp::Address::parse("66.135.192.41").value(), Port{80}};
  const tracetcp::Endpoint cdrom{tracetcp::Address::parse("207.250.14.6").value(), Port{21}};
  const auto names = tracetcp::simulated_names(
      tracetcp::load_network(std::string(NETWORKS) + "/examples.toml"), ebay);
  const std::vector<std::pair<const char*, const char*>> all = {
      {"192.168.0.1", "wintermute"},
      {"62.30.193.33", "gsr01-so.blueyonder.co.uk"},
      {"172.18.14.45", ""},
      {"66.135.192.41", "www.ebay.co.uk"},
      {"66.135.208.41", "www.ebay.co.uk"},
      {"66.192.244.203", "hagg-01-ge-0-3-0-0.mpls.twtelecom.net"},
      {"9.9.9.9", ""}};
  for (const auto& [text, name] : all) {
    const auto address = tracetcp::Address::parse(text).value();
    CHECK(net.network().name_of(address, ebay) == name);
    names->ask(address);
    CHECK(names->of(address) == name);
  }
  const auto first_hop = tracetcp::Address::parse("192.168.0.1").value();
  CHECK(net.network().name_of(first_hop, cdrom).empty());  // as in the listing of that trace
  CHECK(net.network().resolve("WINTERMUTE", Port{80})->text() == "192.168.0.1");
  CHECK(net.network().resolve("WWW.eBay.co.uk", Port{80})->text() == "66.135.192.41");
  CHECK_FALSE(net.network().resolve("", Port{80}));
  CHECK_FALSE(net.network().resolve("www.ebay.com", Port{80}));
  CHECK(net.network().source(tracetcp::Family::ipv4).text() == "192.168.0.2");
  CHECK(net.network().seed() == 1);
}

TEST_CASE("a trace takes little real time, reading the file included") {
  const auto begin = std::chrono::steady_clock::now();
  Net net = Net::from_file("examples.toml");
  std::size_t frames = 0;
  for (int ttl = 1; ttl <= 30; ++ttl) {
    for (int i = 0; i < 3; ++i) net.send({.ttl = ttl, .to = "66.135.192.41"});
  }
  frames = net.capture().size();
  const auto took = std::chrono::steady_clock::now() - begin;
  CHECK(frames > 130);
  // A few ms; the bound leaves room for sanitizers and busy machines.
  CHECK(took < std::chrono::milliseconds(500));
  MESSAGE("us: ", std::chrono::duration_cast<std::chrono::microseconds>(took).count());
}
