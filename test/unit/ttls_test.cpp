#include "read/ttls.hpp"

#include <doctest/doctest.h>

#include <initializer_list>

using namespace tracetcp;

namespace {

Ttls ttls(std::initializer_list<int> values) {
  Ttls all;
  for (const int value : values) all.set(static_cast<std::size_t>(value));
  return all;
}

}  // namespace

TEST_CASE("a path begins with the lowest TTL, be it 0 or 255") {
  CHECK(first_of(ttls({3, 4, 5})) == 3);
  CHECK(first_of(ttls({0, 255})) == 0);
  CHECK(first_of(ttls({255})) == 255);
}

TEST_CASE("single TTLs far above those of a path are not of it") {
  CHECK(last_of_path(ttls({1, 2, 3, 128}), 1) == 3);
  CHECK(last_of_path(ttls({1, 255}), 1) == 1);
  CHECK(last_of_path(ttls({1, 2, 18}), 1) == 18);     // a gap of 16
  CHECK(last_of_path(ttls({1, 2, 19}), 1) == 2);      // of 17
  CHECK(last_of_path(ttls({250, 255}), 250) == 255);  // no TTL is higher
}
