#include "cli/progress_line.hpp"

#include <fmt/core.h>

#include <cmath>

namespace tracetcp::cli {

using namespace std::chrono_literals;

namespace {

double in_seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

/// Back to the first column, and all that is there erased (ECMA-48, EL).
constexpr const char* erase_line = "\r\x1b[K";

}  // namespace

std::string progress_text(const ScanProgress& progress) {
  return fmt::format("{}% of {} ports, {:.0f} SYNs/s, {:.0f} s left",
                     std::uint64_t{progress.settled} * 100 / progress.ports, progress.ports,
                     progress.rate, std::ceil(in_seconds(progress.left)));
}

std::string summary_text(const ScanProgress& progress) {
  std::string text =
      fmt::format("{} ports: {} open, {} closed, {} rejected, {} silent", progress.ports,
                  progress.of(State::open), progress.of(State::closed),
                  progress.of(State::rejected), progress.of(State::silent));
  if (progress.of(State::unknown) != 0) {
    text += fmt::format(", {} unknown", progress.of(State::unknown));
  }
  std::uint32_t known = 0;
  for (const State state :
       {State::open, State::closed, State::rejected, State::silent, State::unknown}) {
    known += progress.of(state);
  }
  if (known != progress.ports) text += fmt::format(", {} not settled", progress.ports - known);
  text += fmt::format("; {} SYNs in {:.1f} s", progress.syns_sent,
                      in_seconds(progress.now - progress.started));
  if (progress.lost != 0) text += fmt::format(", {} answers lost", progress.lost);
  return text;
}

std::string lines_text(std::size_t done, std::optional<std::size_t> all) {
  if (all) return fmt::format("{} of {} lines done", done, *all);
  return fmt::format("{} {} done", done, done == 1 ? "line" : "lines");
}

void ProgressLine::show(const ScanProgress& progress) {
  show([&progress] { return progress_text(progress); }, progress.started, progress.now);
}

void ProgressLine::show(const std::function<std::string()>& text, TimePoint started,
                        TimePoint now) {
  constexpr Duration worth_showing = 1s;
  constexpr Duration refresh = 200ms;
  if (now - started < worth_showing) return;
  if (is_shown_ && now - shown_at_ < refresh) return;
  write_(erase_line + text());
  shown_at_ = now;
  is_shown_ = true;
}

void ProgressLine::clear() {
  if (is_shown_) write_(erase_line);
  is_shown_ = false;
}

}  // namespace tracetcp::cli
