#include "platform/clocks.hpp"

#include <ctime>

namespace tracetcp {
namespace {

Duration read_clock(clockid_t id) {
  timespec time{};
  clock_gettime(id, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace

Duration monotonic_clock() {
  return read_clock(CLOCK_MONOTONIC);
}

Duration real_time_clock() {
  return read_clock(CLOCK_REALTIME);
}

}  // namespace tracetcp
