#include "scan/scan_rate.hpp"

#include <doctest/doctest.h>

using namespace tracetcp;
using namespace std::chrono_literals;

namespace {

constexpr TimePoint rate_start{1000s};

Strategy flooding() {
  return {.anti_flood = false};
}

}  // namespace

TEST_CASE("a scan's rate doubles from round to round while answers come, up to its ceiling") {
  const Strategy strategy;
  ScanRate rate(strategy, rate_start);
  CHECK(rate.now() == 2'000);
  for (const double expected : {4'000, 8'000, 10'000, 10'000}) {
    CHECK_FALSE(rate.round(2, 12, rate_start));
    CHECK(rate.now() == expected);
  }
}

TEST_CASE("without anti-flood it starts at 20,000 SYNs a second and ends at 60,000") {
  const Strategy strategy = flooding();
  ScanRate rate(strategy, rate_start);
  CHECK(rate.now() == 20'000);
  for (int i = 0; i < 3; ++i) rate.round(0, 12, rate_start);
  CHECK(rate.now() == 60'000);
}

TEST_CASE(
    "a scan's rate stays where some is lost, is halved where more is, and then grows slowly") {
  const Strategy strategy;
  ScanRate rate(strategy, rate_start);
  CHECK_FALSE(rate.round(3, 12, rate_start));
  CHECK_FALSE(rate.round(4, 12, rate_start));
  CHECK(rate.now() == 2'000);
  CHECK(rate.round(5, 12, rate_start));
  CHECK(rate.now() == 1'000);
  CHECK_FALSE(rate.round(2, 12, rate_start));
  CHECK(rate.now() == 1'125);
}

TEST_CASE("a scan's rate does not fall below 20 a second, and starts anew without evidence") {
  const Strategy strategy;
  ScanRate rate(strategy, rate_start);
  for (int i = 0; i < 20; ++i) rate.round(12, 12, rate_start);
  CHECK(rate.now() == 20);
  rate.restart(rate_start);
  CHECK(rate.now() == 500);
}

TEST_CASE("--rate caps a scan from the start, also below 20 a second") {
  Strategy strategy = flooding();
  strategy.rate = 5;
  ScanRate rate(strategy, rate_start);
  CHECK(rate.now() == 5);
  rate.round(0, 12, rate_start);
  CHECK(rate.now() == 5);
  rate.round(12, 12, rate_start);
  CHECK(rate.now() == 5);
}

TEST_CASE("in any second no more SYNs leave than the rate, and what one wake-up may catch up") {
  Strategy strategy;
  strategy.rate = 100;
  ScanRate rate(strategy, rate_start);
  int sent = 0;
  for (TimePoint now = rate_start; now < rate_start + 1s; now = std::max(now, rate.ready())) {
    const auto budget = rate.budget(now);
    rate.spend(budget);
    sent += static_cast<int>(budget);
  }
  CHECK(sent >= 99);
  CHECK(sent <= 101);
  CHECK(rate.budget(rate_start + 60s) <= 2);  // 20 ms worth
}
