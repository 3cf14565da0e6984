#include "platform/real_time.hpp"

#include <doctest/doctest.h>

using namespace tracetcp;
using namespace std::chrono_literals;

namespace real_time_test {
namespace {

const TimePoint start(1'700'000'000s);

/// A machine whose real-time clock is set anew now and then, and a packet on it.
struct Machine {
  Duration ahead{};  ///< of the real-time clock
  TimePoint true_time = start;

  [[nodiscard]] TimePoint stamp() const { return true_time + ahead; }
  [[nodiscard]] ClockReading read() const { return {.steady = true_time, .real = stamp()}; }
};

/// The time of a packet that is stamped now and read after `latency`, the clock set by `step` in
/// between.
TimePoint time_of_packet(Machine& machine, SteadyStamps& stamps, Duration latency, Duration step) {
  const TimePoint stamp = machine.stamp();
  machine.ahead += step;
  machine.true_time += latency;
  return stamps.steady(stamp, machine.read());
}

}  // namespace

TEST_CASE("stamps that are read before, during and after a step of the clock are moved alike") {
  for (const Duration step : {Duration(1h), Duration(-1h), Duration(200ms), Duration(-200ms),
                              Duration(3ms), Duration(-3ms)}) {
    CAPTURE(step.count());
    for (const bool step_meets_packet : {true, false}) {
      CAPTURE(step_meets_packet);
      Machine machine;
      SteadyStamps stamps;
      CHECK(time_of_packet(machine, stamps, 140us, 0ns) == start);
      machine.true_time = start + 1s;
      const Duration meets = step_meets_packet ? step : 0ns;
      CHECK(time_of_packet(machine, stamps, 140us, meets) == start + 1s);
      machine.true_time = start + 2s;
      machine.ahead = step;
      CHECK(time_of_packet(machine, stamps, 140us, 0ns) == start + 2s);
      machine.true_time = start + 3s;
      CHECK(time_of_packet(machine, stamps, 140us, -step) == start + 3s);
      machine.true_time = start + 4s;
      CHECK(time_of_packet(machine, stamps, 140us, 0ns) == start + 4s);
    }
  }
}

TEST_CASE("the noise of reading two clocks does not get into times") {
  SteadyStamps stamps;
  for (const Duration noise : {Duration(40us), Duration(-40us), Duration(90us)}) {
    const TimePoint now = start + 1ms;
    CHECK(stamps.steady(start, {.steady = now, .real = now + noise}) == start);
  }
}

TEST_CASE("no stamp is later than the moment at which it was read") {
  SteadyStamps stamps;
  const TimePoint now = start + 1ms;
  CHECK(stamps.steady(start + 1h, {.steady = now, .real = now + 30min}) <= now);
}

TEST_CASE("the clock of waits is the real time at its start, and both are read at one moment") {
  const SteadyRealTime clock;
  const ClockReading reading = clock.read();
  CHECK(reading.steady <= clock.now());
  CHECK(reading.real.time_since_epoch() > 1'700'000'000s);
}

}  // namespace real_time_test
