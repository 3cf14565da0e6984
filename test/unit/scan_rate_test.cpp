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

TEST_CASE("a scan's rate doubles from round to round while all answers come, up to its ceiling") {
  const Strategy strategy;
  ScanRate rate(strategy, rate_start);
  CHECK(rate.now() == 2'000);
  for (const double expected : {4'000, 8'000, 16'000, 32'000, 64'000, 100'000, 100'000}) {
    CHECK_FALSE(rate.take({.lost = 0, .of = 12}, rate_start));
    CHECK(rate.now() == expected);
  }
}

TEST_CASE("where most ports are silent a scan goes no faster than 10,000 SYNs a second") {
  const Strategy strategy;
  ScanRate rate(strategy, rate_start);
  for (const double expected : {4'000, 8'000, 10'000, 10'000}) {
    rate.take({.lost = 0, .of = 12, .most_silent = true}, rate_start);
    CHECK(rate.now() == expected);
  }
  rate.take({.lost = 0, .of = 12}, rate_start);
  CHECK(rate.now() == 20'000);
  rate.take({.lost = 0, .of = 12, .most_silent = true}, rate_start);
  CHECK(rate.now() == 10'000);
}

TEST_CASE("without anti-flood it starts at 20,000 SYNs a second, and in silence ends at 60,000") {
  const Strategy strategy = flooding();
  ScanRate rate(strategy, rate_start);
  CHECK(rate.now() == 20'000);
  for (int i = 0; i < 3; ++i) rate.take({.lost = 2, .of = 12, .most_silent = true}, rate_start);
  CHECK(rate.now() == 60'000);
}

TEST_CASE("with anti-flood the first loss halves a scan's rate; then little loss lets it grow") {
  const Strategy strategy;
  ScanRate rate(strategy, rate_start);
  CHECK_FALSE(rate.take({.lost = 1, .of = 12}, rate_start));
  CHECK(rate.now() == 1'000);
  CHECK_FALSE(rate.take({.lost = 2, .of = 12}, rate_start));
  CHECK(rate.now() == 1'125);
  CHECK_FALSE(rate.take({.lost = 3, .of = 12}, rate_start));
  CHECK(rate.now() == 1'125);
}

TEST_CASE("a scan's rate is halved where more than a third is lost, and then grows slowly") {
  const Strategy strategy = flooding();
  ScanRate rate(strategy, rate_start);
  CHECK_FALSE(rate.take({.lost = 3, .of = 12}, rate_start));
  CHECK_FALSE(rate.take({.lost = 4, .of = 12}, rate_start));
  CHECK(rate.now() == 20'000);
  CHECK(rate.take({.lost = 5, .of = 12}, rate_start));
  CHECK(rate.now() == 10'000);
  CHECK_FALSE(rate.take({.lost = 2, .of = 12}, rate_start));
  CHECK(rate.now() == 11'250);
}

TEST_CASE("after several halvings in a row a scan's rate doubles up to the first of them") {
  const Strategy strategy = flooding();
  ScanRate rate(strategy, rate_start);
  for (const double expected : {10'000, 5'000, 2'500}) {
    CHECK(rate.take({.lost = 12, .of = 12}, rate_start));
    CHECK(rate.now() == expected);
  }
  for (const double expected : {5'000, 10'000, 11'250}) {
    CHECK_FALSE(rate.take({.lost = 0, .of = 12}, rate_start));
    CHECK(rate.now() == expected);
  }
}

TEST_CASE("a scan's rate does not fall below 20 a second, and starts anew without evidence") {
  const Strategy strategy;
  ScanRate rate(strategy, rate_start);
  for (int i = 0; i < 20; ++i) rate.take({.lost = 12, .of = 12}, rate_start);
  CHECK(rate.now() == 20);
  rate.restart(rate_start);
  CHECK(rate.now() == 500);
}

TEST_CASE("--rate caps a scan from the start, also below 20 a second") {
  Strategy strategy = flooding();
  strategy.rate = 5;
  ScanRate rate(strategy, rate_start);
  CHECK(rate.now() == 5);
  rate.take({.lost = 0, .of = 12}, rate_start);
  CHECK(rate.now() == 5);
  rate.take({.lost = 12, .of = 12}, rate_start);
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
