#include "link/live/frame_queue.hpp"

#include "notified.hpp"

#include <tracetcp/error.hpp>

#include <doctest/doctest.h>

#include <array>
#include <thread>

using namespace tracetcp;

TEST_CASE("frames come out as they went in, in order, and stay valid until the next take") {
  FrameQueue queue;
  CHECK(queue.take().empty());
  CHECK_FALSE(is_notified(queue.filled(), 0));
  {
    const std::array<std::uint8_t, 3> first{1, 2, 3};
    const std::array<std::uint8_t, 2> second{4, 5};
    queue.put({.bytes = first, .original_length = 60, .time = TimePoint(std::chrono::seconds(1))});
    queue.put({.bytes = second, .original_length = 2});
  }
  CHECK(is_notified(queue.filled(), 0));
  const auto frames = queue.take();
  REQUIRE(frames.size() == 2);
  CHECK(frames[0].bytes[2] == 3);
  CHECK(frames[0].original_length == 60);
  CHECK(frames[0].time == TimePoint(std::chrono::seconds(1)));
  CHECK(frames[1].bytes.size() == 2);
  CHECK(frames[1].bytes[0] == 4);
  CHECK_FALSE(is_notified(queue.filled(), 0));
}

TEST_CASE("a full queue drops and counts, and takes frames again once it was emptied") {
  FrameQueue queue;
  const std::vector<std::uint8_t> megabyte(1U << 20);
  for (int i = 0; i < 20; ++i) queue.put({.bytes = megabyte});
  CHECK(queue.dropped() == 4);
  CHECK(queue.take().size() == 16);
  queue.put({.bytes = megabyte});
  CHECK(queue.take().size() == 1);
}

TEST_CASE("a capture that ended hands over what it had, and then says why") {
  FrameQueue queue;
  const std::array<std::uint8_t, 1> byte{7};
  queue.put({.bytes = byte});
  queue.fail("the interface disappeared");
  CHECK(queue.take().size() == 1);
  CHECK_THROWS_WITH_AS(queue.take(), "the interface disappeared", Error);
}

TEST_CASE("one thread puts while another takes: nothing is lost or mixed up") {
  FrameQueue queue;
  constexpr std::uint32_t frames = 20000;
  std::thread producer([&] {
    for (std::uint32_t i = 0; i < frames; ++i) {
      const std::array<std::uint8_t, 2> bytes{static_cast<std::uint8_t>(i),
                                              static_cast<std::uint8_t>(i >> 8)};
      queue.put({.bytes = bytes, .original_length = i});
    }
  });
  std::uint32_t next = 0;
  while (next < frames) {
    REQUIRE(is_notified(queue.filled(), 5000));
    for (const Frame& frame : queue.take()) {
      REQUIRE(frame.original_length == next);
      REQUIRE(frame.bytes[0] == (next & 0xff));
      REQUIRE(frame.bytes[1] == (next >> 8));
      ++next;
    }
  }
  producer.join();
  CHECK(queue.dropped() == 0);
}
