#include <tracetcp/port_list.hpp>

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <vector>

using tracetcp::Port;
using tracetcp::PortList;

namespace {

PortList list_of(const std::vector<std::pair<int, int>>& ranges) {
  PortList list;
  for (const auto& [first, last] : ranges) {
    list.add(Port{static_cast<std::uint16_t>(first)}, Port{static_cast<std::uint16_t>(last)});
  }
  return list;
}

}  // namespace

TEST_CASE("ports are in ascending order, each once, ranges that touch are one") {
  CHECK(list_of({}).text().empty());
  CHECK(list_of({{443, 443}, {22, 22}}).text() == "22, 443");
  CHECK(list_of({{80, 90}, {22, 22}, {85, 95}}).text() == "22, 80-95");
  CHECK(list_of({{80, 80}, {82, 82}, {81, 81}}).text() == "80-82");
  CHECK(list_of({{80, 80}, {80, 80}}).text() == "80");
  CHECK(list_of({{1, 1}, {3, 3}, {5, 5}, {2, 6}}).text() == "1-6");
  CHECK(list_of({{65535, 65535}, {1, 1}, {65534, 65534}}).text() == "1, 65534-65535");
  CHECK(list_of({{90, 80}}).empty());
}

TEST_CASE("a port list behaves as a sorted set of ports") {
  const std::vector<std::pair<int, int>> ranges = {
      {500, 600}, {22, 22}, {599, 610}, {20, 25}, {65000, 65535}, {612, 612}, {1, 1}, {611, 611}};
  std::set<int> wanted;
  PortList list;
  for (const auto& [first, last] : ranges) {
    for (int port = first; port <= last; ++port) wanted.insert(port);
    list.add(Port{static_cast<std::uint16_t>(first)}, Port{static_cast<std::uint16_t>(last)});
    REQUIRE(list.size() == wanted.size());
    std::size_t place = 0;
    for (const int port : wanted) {
      const Port one{static_cast<std::uint16_t>(port)};
      REQUIRE(list.at(place) == one);
      REQUIRE(list.place_of(one) == place);
      ++place;
    }
    int otherwise = 0;
    for (int port = 0; port <= 65535; ++port) {
      const bool is_there = list.contains(Port{static_cast<std::uint16_t>(port)});
      if (is_there != (wanted.count(port) != 0)) ++otherwise;
    }
    REQUIRE(otherwise == 0);
  }
  CHECK(list.front() == Port{1});
}
