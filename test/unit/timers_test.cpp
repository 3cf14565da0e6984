#include "drive/timers.hpp"

#include <doctest/doctest.h>

using namespace tracetcp;
using namespace std::chrono_literals;

namespace {

std::vector<std::uint32_t> due_at(const Timers& timers, Duration since_epoch) {
  std::vector<std::uint32_t> due;
  timers.find_due(TimePoint(since_epoch), due);
  return due;
}

}  // namespace

TEST_CASE("timers: due are those whose time has come, by number, and they stay so") {
  Timers timers;
  timers.set(7, TimePoint(1s));
  timers.set(3, TimePoint(2s));
  timers.set(5, TimePoint(3s));
  CHECK(timers.next() == TimePoint(1s));
  for (int i = 0; i < 2; ++i) CHECK(due_at(timers, 2s) == std::vector<std::uint32_t>{3, 7});
}

TEST_CASE("timers: a new time takes the place of the old one, and never ends it") {
  Timers timers;
  CHECK(timers.next() == never);
  timers.set(1, TimePoint(1s));
  timers.set(2, TimePoint(2s));
  timers.set(1, TimePoint(3s));
  CHECK(due_at(timers, 2s) == std::vector<std::uint32_t>{2});
  timers.set(2, never);
  timers.set(4, never);
  CHECK(timers.next() == TimePoint(3s));
  timers.set(2, TimePoint(0s));
  CHECK(due_at(timers, 3s) == std::vector<std::uint32_t>{1, 2});
}
