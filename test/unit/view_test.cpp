#include "decode/view.hpp"

#include <doctest/doctest.h>

#include <array>

using tracetcp::decoding::View;

namespace {

constexpr std::array<std::uint8_t, 5> five_bytes{0x01, 0x82, 0x03, 0x84, 0x05};

}  // namespace

TEST_CASE("a view reads in network byte order") {
  const View view(five_bytes);
  CHECK(view.u8(1) == 0x82);
  CHECK(view.u16(1) == 0x8203);
  CHECK(view.u32(0) == 0x01820384);
  CHECK(view.u32(1) == 0x82038405);
}

TEST_CASE("a view of a part never leaves the whole") {
  const View view(five_bytes);
  CHECK(view.first(2).size() == 2);
  CHECK(view.first(99).size() == 5);
  CHECK(view.after(2).size() == 3);
  CHECK(view.after(2).u8(0) == 0x03);
  CHECK(view.after(5).size() == 0);
  CHECK(view.after(99).size() == 0);
}
