#include "link/live/twice_seen.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace tracetcp;
using namespace std::chrono_literals;

namespace {

constexpr std::uint8_t came_in = 0;  // packet types of LINKTYPE_LINUX_SLL
constexpr std::uint8_t for_other = 3;
constexpr std::uint8_t went_out = 4;

/// A cooked frame: packet type, hardware type 1, an address that differs by device, IPv4, and an IP
/// packet that differs by its id.
std::vector<std::uint8_t> cooked_frame(std::uint8_t type, std::uint8_t device, std::uint8_t id) {
  std::vector<std::uint8_t> bytes{0, type, 0, 1, 0, 6, 2, 0, 0, 0, 0, device, 0, 0, 8, 0};
  bytes.insert(bytes.end(), {0x45, 0, 0, 40, 0, id, 0, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2});
  return bytes;
}

struct Seer {
  TwiceSeen twice;
  bool was_seen(const std::vector<std::uint8_t>& bytes, Duration at) {
    return twice.was_seen({.link_type = LinkType::linux_sll,
                           .bytes = bytes,
                           .original_length = static_cast<std::uint32_t>(bytes.size()),
                           .time = TimePoint(1h + at)});
  }
};

}  // namespace

TEST_CASE("a packet that passes a bridge and its port was seen the second time") {
  Seer seer;
  CHECK(!seer.was_seen(cooked_frame(went_out, 1, 7), 0us));
  CHECK(seer.was_seen(cooked_frame(went_out, 2, 7), 3us));
  CHECK(seer.was_seen(cooked_frame(went_out, 3, 7), 6us));
  CHECK(!seer.was_seen(cooked_frame(went_out, 1, 8), 9us));
}

TEST_CASE("a packet for another's MAC address on the parent is the macvlan's own") {
  Seer seer;
  CHECK(!seer.was_seen(cooked_frame(for_other, 1, 7), 0us));
  CHECK(seer.was_seen(cooked_frame(came_in, 2, 7), 3us));
}

TEST_CASE("our own packet that comes back is another") {
  Seer seer;
  CHECK(!seer.was_seen(cooked_frame(went_out, 1, 7), 0us));
  CHECK(!seer.was_seen(cooked_frame(came_in, 1, 7), 3us));
}

TEST_CASE("the same bytes later are another packet") {
  Seer seer;
  CHECK(!seer.was_seen(cooked_frame(came_in, 1, 7), 0us));
  CHECK(!seer.was_seen(cooked_frame(came_in, 1, 7), 11ms));
}

TEST_CASE("a frame that ends within its header was not seen") {
  Seer seer;
  const std::vector<std::uint8_t> cut{0, 4, 0, 1};
  CHECK(!seer.was_seen(cut, 0us));
  CHECK(!seer.was_seen(cut, 1us));
}
