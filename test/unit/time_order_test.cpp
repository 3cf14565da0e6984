#include "read/time_order.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>
#include <random>

using namespace std::chrono_literals;
using namespace tracetcp;

namespace {

struct Stamped {
  Stamped(TimePoint at, std::size_t which) : time(at), number(which) {}

  TimePoint time;
  std::size_t number;
};

constexpr TimePoint first_stamp{43'200s};
using StampedOrder = TimeOrder<Stamped>;

/// What comes out of items with these stamps, numbered as they go in.
std::vector<Stamped> in_time_order(const std::vector<TimePoint>& times) {
  std::vector<Stamped> out;
  StampedOrder order({}, [&](StampedOrder::Batch& batch) {
    out.insert(out.end(), batch.begin(), batch.end());
    return true;
  });
  std::size_t number = 0;
  for (const TimePoint time : times) order.add(time, time, number++);
  order.flush();
  return out;
}

bool is_in_order(const std::vector<Stamped>& items) {
  return std::is_sorted(items.begin(), items.end(),
                        [](const Stamped& a, const Stamped& b) { return a.time < b.time; });
}

}  // namespace

TEST_CASE("items within the window come in the order of their stamps, all of them once") {
  std::mt19937 random(1);
  std::vector<TimePoint> times;
  for (int i = 0; i < 50'000; ++i) {
    // 20,000 a second, up to 0.4 s late: no more than 8,192 items.
    times.push_back(first_stamp + i * 50us - std::chrono::microseconds(random() % 400'000));
  }
  const auto out = in_time_order(times);
  REQUIRE(out.size() == times.size());
  CHECK(is_in_order(out));
  std::vector<std::size_t> numbers;
  for (const Stamped& item : out) numbers.push_back(item.number);
  std::sort(numbers.begin(), numbers.end());
  std::vector<std::size_t> all(times.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  CHECK(numbers == all);
}

TEST_CASE("items with the same stamp stay in their order") {
  std::vector<TimePoint> times(5000, first_stamp + 1ms);
  times.push_back(first_stamp);
  const auto out = in_time_order(times);
  CHECK(out.front().number == 5000);
  for (std::size_t i = 1; i < out.size(); ++i) REQUIRE(out[i].number == i - 1);
}

TEST_CASE("an item may be late by the whole window, and no more is asked") {
  std::vector<TimePoint> times(StampedOrder::most_later, first_stamp + 1s);
  times.push_back(first_stamp);
  CHECK(in_time_order(times).front().number == StampedOrder::most_later);
  times.back() = first_stamp - 1ns;  // more than a second: the clock was set back
  CHECK(in_time_order(times).back().number == StampedOrder::most_later);
}

TEST_CASE("where a clock was set back by an hour what came before stays before") {
  const auto out = in_time_order({first_stamp + 1s, first_stamp + 500ms, first_stamp + 2s,
                                  first_stamp - 3600s, first_stamp - 3601s});
  std::vector<std::size_t> numbers;
  for (const Stamped& item : out) numbers.push_back(item.number);
  CHECK(numbers == std::vector<std::size_t>{1, 0, 2, 4, 3});
}

TEST_CASE("what is captured live is handed on as its stamps say, without an end or many others") {
  std::vector<std::size_t> out;
  StampedOrder order(250ms, [&](StampedOrder::Batch& batch) {
    for (const Stamped& item : batch) out.push_back(item.number);
    return true;
  });
  order.add(first_stamp, first_stamp, std::size_t{0});
  order.add(first_stamp + 100ms, first_stamp + 100ms, std::size_t{1});
  CHECK(out.empty());
  order.add(first_stamp + 50ms, first_stamp + 50ms, std::size_t{2});
  order.add(first_stamp + 501ms, first_stamp + 501ms, std::size_t{3});
  CHECK(out == std::vector<std::size_t>{0, 2, 1});
  order.flush();  // nothing more came
  CHECK(out == std::vector<std::size_t>{0, 2, 1, 3});
}

TEST_CASE("who wants no more gets no more") {
  int batches = 0;
  StampedOrder order({}, [&](StampedOrder::Batch&) {
    ++batches;
    return false;
  });
  bool wanted = true;
  std::size_t added = 0;
  for (; wanted && added < 100'000; ++added) wanted = order.add(first_stamp, first_stamp, added);
  CHECK_FALSE(wanted);
  CHECK(batches == 1);
}
