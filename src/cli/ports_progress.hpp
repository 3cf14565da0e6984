#pragma once

#include "cli/live_area.hpp"

#include <fmt/core.h>

#include <cstddef>

namespace tracetcp::cli {

/// Shows how many ports are traced while nothing else can be shown of them.
class PortsProgress final : public Forwarding, public Meanwhile {
 public:
  PortsProgress(Observer& to, LiveArea& area, std::size_t ports)
      : Forwarding(to), area_(area), ports_(ports) {}

  void answered(const Trace& trace) override {
    ++finished_;
    Forwarding::answered(trace);
  }

  TimePoint tick(TimePoint now) override {
    constexpr Duration refresh = std::chrono::milliseconds(40);  // faster than one can read
    if (is_shown_ && shown_ == finished_) return never;
    if (is_shown_ && now < shown_at_ + refresh) return shown_at_ + refresh;
    area_.announce(fmt::format("{} of {} ports traced", finished_, ports_));
    is_shown_ = true;
    shown_ = finished_;
    shown_at_ = now;
    return never;
  }

 private:
  LiveArea& area_;
  const std::size_t ports_;
  std::size_t finished_ = 0;
  std::size_t shown_ = 0;  ///< as the line has it
  bool is_shown_ = false;
  TimePoint shown_at_{};
};

}  // namespace tracetcp::cli
