// Small parts of the simulator that the frames do not show.

#include "harness.hpp"
#include "link/sim/flow_table.hpp"
#include "link/sim/timeline.hpp"
#include "tracing.hpp"

#include <doctest/doctest.h>

#include <chrono>

using namespace std::chrono_literals;
using namespace tracetcp;
using sim::FlowKey;
using sim::FlowTable;

TEST_CASE("a flow table keeps what is used and forgets the rest") {
  FlowTable<int, 100> table;
  const auto key = [](std::uint64_t i) { return FlowKey{{}, i}; };
  table.get(key(0)) = 7;
  for (std::uint64_t i = 1; i < 100000; ++i) {
    table.get(key(i)) = static_cast<int>(i);
    if (i % 50 == 0) CHECK(table.get(key(0)) == 7);
    REQUIRE(table.size() <= 200);
  }
  CHECK(table.find(key(1)) == nullptr);
  CHECK(*table.find(key(99999)) == 99999);
  table.erase(key(99999));
  CHECK(table.find(key(99999)) == nullptr);
}

TEST_CASE("what is planned happens in order of time, then of planning") {
  sim::Timeline timeline{TimePoint(10s)};
  std::string order;
  timeline.at(TimePoint(12s), [&] { order += 'c'; });
  timeline.at(TimePoint(11s), [&] { order += 'a'; });
  timeline.at(TimePoint(11s), [&] { order += 'b'; });
  timeline.at(TimePoint(1s), [&] { order += '0'; });  // the past is now
  CHECK(timeline.next() == TimePoint(10s));
  while (timeline.next() != never) timeline.run_next();
  CHECK(order == "0abc");
  CHECK(timeline.now() == TimePoint(12s));
}

TEST_CASE("many flows: the time for a packet does not grow, nor the memory") {
  simtest::Net net("[[host]]\naddress = \"198.51.0.0/16\"\nopen = [80]\nrtt = [1, 2]");
  std::size_t answers = 0;
  const auto flows = static_cast<std::uint32_t>(simtest::tries(30'000));
  for (std::uint32_t i = 0; i < flows; ++i) {
    net.send({.to = Address(0xc6330000 + i).text(), .isn = i});
    if (i % 100 == 99) answers += net.capture(1).size();
  }
  CHECK(answers == 3 * std::size_t{flows});
}
