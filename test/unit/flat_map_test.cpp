#include "core/flat_map.hpp"

#include <doctest/doctest.h>

#include <map>
#include <random>
#include <string>

using tracetcp::FlatMap;

namespace {

/// All keys in a handful of neighbouring cells: each search and each removal passes by others.
struct CrowdedHash {
  std::uint32_t operator()(int key) const { return static_cast<std::uint32_t>(key) % 5 + 13; }
};

struct SpreadHash {
  std::uint32_t operator()(int key) const { return static_cast<std::uint32_t>(key) * 2654435761U; }
};

/// Draws insertions and removals, and compares with std::map after each.
template <class Hash>
void compare_with_map(int keys, int steps) {
  FlatMap<int, std::string, Hash> map;
  std::map<int, std::string> expected;
  std::mt19937 random(1);
  for (int step = 0; step < steps; ++step) {
    const int key = static_cast<int>(random() % static_cast<unsigned>(keys));
    if (random() % 3 == 0) {
      map.erase(key);
      expected.erase(key);
    } else {
      const auto [placed, value, is_new] = map.try_emplace(key);
      REQUIRE(placed == key);
      REQUIRE(is_new == !expected.contains(key));
      if (is_new) REQUIRE(value.empty());
      value = expected[key] = std::to_string(step);
    }
    REQUIRE(map.size() == expected.size());
    const int other = static_cast<int>(random() % static_cast<unsigned>(keys));
    const std::string* const found = map.find(other);
    REQUIRE((found != nullptr) == expected.contains(other));
    if (found != nullptr) REQUIRE(*found == expected[other]);
  }
  for (const auto& [key, value] : expected) CHECK(*map.find(key) == value);
}

}  // namespace

TEST_CASE("a flat map holds what std::map does, also where all keys crowd in the same cells") {
  compare_with_map<CrowdedHash>(40, 5000);
  compare_with_map<SpreadHash>(3000, 20000);
}

TEST_CASE("keys and values of a flat map stay where they are when it grows and others go") {
  FlatMap<int, std::string, SpreadHash> map;
  const auto [key_of_first, value_of_first, is_new] = map.try_emplace(1);
  CHECK(is_new);
  std::string* const first = &value_of_first;
  *first = "one";
  for (int key = 2; key < 1000; ++key) map.try_emplace(key);
  for (int key = 2; key < 1000; key += 2) map.erase(key);
  CHECK(map.find(1) == first);
  CHECK(*first == "one");
  CHECK(&key_of_first == &map.try_emplace(1).key);
  CHECK(key_of_first == 1);
}
