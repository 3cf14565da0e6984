#include "read/quiet_order.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <vector>

using namespace tracetcp;

namespace {

/// All numbers, the quietest first. None is left.
std::vector<std::uint32_t> drained(QuietOrder& order) {
  std::vector<std::uint32_t> numbers;
  while (order.quietest() != QuietOrder::none) {
    numbers.push_back(order.quietest());
    order.remove(order.quietest());
  }
  return numbers;
}

}  // namespace

TEST_CASE("quiet order: who is touched comes last, and who is gone may come again") {
  QuietOrder order;
  CHECK(order.quietest() == QuietOrder::none);
  for (const std::uint32_t number : {2U, 0U, 7U, 4U}) order.add(number);
  order.touch(4);
  order.touch(2);
  CHECK(order.quietest() == 0);
  order.remove(7);
  order.touch(0);
  CHECK(drained(order) == std::vector<std::uint32_t>{4, 2, 0});
  order.add(7);
  CHECK(drained(order) == std::vector<std::uint32_t>{7});
}

TEST_CASE("quiet order: any steps leave what moving about in a list does") {
  QuietOrder order;
  std::vector<std::uint32_t> list;
  std::mt19937 random(1);
  for (int step = 0; step < 10'000; ++step) {
    const auto number = static_cast<std::uint32_t>(random() % 20);
    const auto at = std::find(list.begin(), list.end(), number);
    if (at == list.end()) {
      order.add(number);
      list.push_back(number);
    } else {
      list.erase(at);
      if (random() % 3 == 0) {
        order.remove(number);
      } else {
        order.touch(number);
        list.push_back(number);
      }
    }
    REQUIRE(order.quietest() == (list.empty() ? QuietOrder::none : list.front()));
  }
  CHECK(drained(order) == list);
}
