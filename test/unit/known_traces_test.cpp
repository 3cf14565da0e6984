#include "diagnose/known_traces.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace tracetcp;

namespace {

/// Of a trace on which `hops` hops answered.
Digest reaches(std::uint32_t to, std::uint16_t port, int hops) {
  Digest digest;
  digest.target = {Address(to), Port{port}};
  for (int ttl = 1; ttl <= hops; ++ttl) {
    digest.hops.push_back({.ttl = Ttl{static_cast<std::uint8_t>(ttl)}, .asked = 1, .answered = 1});
  }
  return digest;
}

std::vector<int> ports(const std::vector<const Digest*>& digests) {
  std::vector<int> ports;
  for (const Digest* one : digests) ports.push_back(one->target.port.value);
  return ports;
}

}  // namespace

TEST_CASE("only traces to one address tell about each other, in the order they came") {
  KnownTraces known;
  known.add(reaches(1, 80, 3));
  known.add(reaches(2, 81, 9));
  known.add(reaches(1, 82, 5));
  CHECK(ports(known.telling_of(Address(1))) == std::vector<int>{80, 82});
  CHECK(ports(known.telling_of(Address(2))) == std::vector<int>{81});
  CHECK(known.telling_of(Address(3)).empty());
  CHECK(known.last(1).target.port == Port{82});
  CHECK(known.last(3).target.port == Port{80});
}

TEST_CASE("the oldest are forgotten, also those that went far to a target before") {
  KnownTraces known;
  for (std::uint16_t port = 1; port <= 40; ++port) known.add(reaches(1, port, 9));
  for (std::uint16_t port = 41; port <= 80; ++port) known.add(reaches(2, port, 1));
  known.drop(39);
  CHECK(known.size() == 41);
  CHECK(ports(known.telling_of(Address(1))) == std::vector<int>{40});
  known.drop(1);
  CHECK(known.telling_of(Address(1)).empty());
}

TEST_CASE("of a long range the port that went farthest is not forgotten, the others are") {
  KnownTraces known;
  known.add(reaches(1, 22, 9));
  std::size_t most = 0;
  for (std::uint16_t port = 1000; port < 3000; ++port) {
    if (known.size() == 192) known.drop(64);
    known.add(reaches(1, port, 3));
    most = std::max(most, known.size());
  }
  CHECK(most == 192);
  CHECK(known.telling_of(Address(1)).front()->target.port == Port{22});
  CHECK(known.last(1).target.port == Port{2999});
  CHECK(known.last(64).target.port == Port{2936});
}

TEST_CASE("of many the same tell as telling() takes of all: those that went farthest, and some") {
  KnownTraces known;
  std::vector<Digest> all;
  for (std::uint16_t port = 1; port <= 100; ++port) {
    known.add(reaches(1, port, port * 37 % 20));
    known.add(reaches(2, port, 30));  // to another address
    all.push_back(reaches(1, port, port * 37 % 20));
  }
  std::vector<int> expected;
  for (const Digest& one : telling(all)) expected.push_back(one.target.port.value);
  const auto chosen = known.telling_of(Address(1));
  CHECK(ports(chosen) == expected);
  CHECK(chosen.size() == 32);
  CHECK(chosen.front()->hops.size() == 19);
  CHECK(chosen.back()->hops.size() < 5);
}
