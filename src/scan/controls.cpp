#include "scan/controls.hpp"

#include <tracetcp/scan.hpp>

#include <algorithm>

namespace tracetcp {

using namespace std::chrono_literals;

static_assert(scan_most_tries + Controls::in_round == scan_source_ports);

/// A closed port is to be preferred: no service listens there that repeated SYNs could disturb.
void Controls::use(Port port, bool is_closed) {
  if (is_closed_ && !is_closed) return;
  port_ = port;
  is_closed_ = is_closed;
}

void Controls::begin_anew() {
  is_closed_ = false;
  controls_ = {};
  sent_ = lost_ = 0;
}

bool Controls::due(double rate) const {
  // Where it goes slowly something is wrong, so that it is watched more closely.
  const double one_in = std::clamp(rate / 200, 8.0, 32.0);
  return port_ && sent_ < in_round && since_ >= one_in;
}

Controls::Asked Controls::ask(TimePoint now) {
  const auto lane = static_cast<Lane>(scan_most_tries + sent_);
  controls_.at(sent_) = {.port = *port_, .sent = now, .pending = true};
  ++sent_;
  since_ = 0;
  return {.port = *port_, .lane = lane};
}

bool Controls::on(Port port, Lane lane) {
  Control& control = controls_.at(static_cast<std::size_t>(lane - scan_most_tries));
  if (!control.pending || control.port != port) return false;
  control.pending = false;
  return true;
}

void Controls::settle(TimePoint now, Duration patience) {
  for (Control& control : controls_) {
    if (!control.pending || control.sent + patience > now) continue;
    control.pending = false;
    ++lost_;
  }
}

std::optional<Controls::Round> Controls::take_round(TimePoint now) {
  constexpr Duration shortest = 50ms;
  const TimePoint from = controls_.front().sent;
  const bool is_over = sent_ == in_round && now - from >= shortest &&
                       std::none_of(controls_.begin(), controls_.end(),
                                    [](const Control& control) { return control.pending; });
  if (!is_over) return std::nullopt;
  const Round round{.from = from, .lost = lost_};
  sent_ = lost_ = 0;
  return round;
}

TimePoint Controls::wake(Duration patience) const {
  TimePoint wake = never;
  for (const Control& control : controls_) {
    if (control.pending) wake = std::min(wake, control.sent + patience);
  }
  return wake;
}

}  // namespace tracetcp
