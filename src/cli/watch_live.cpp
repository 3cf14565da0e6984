#include "cli/watch_live.hpp"

#include "cli/look.hpp"
#include "platform/interrupt.hpp"
#include "platform/terminal.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace tracetcp::cli {
namespace {

WatchView::Page toggled(WatchView::Page now, WatchView::Page asked) {
  return now == asked ? WatchView::Page::hops : asked;
}

std::string target_text(const RunInfo& info, Address target, Port port) {
  if (info.target_name.empty()) return text(Endpoint{target, port});
  return fmt::format("{}:{}", info.target_name, port.value);
}

}  // namespace

bool wants_screen(const Options& options) {
  if (!options.watch || options.verbose || !output_terminal()) return false;
  const auto look = look_for(options);
  return look && look->open_lines != 0;
}

bool obey(int key, int length, WatchView& view) {
  using Page = WatchView::Page;
  view.message.clear();
  switch (key) {
    case 'n':
      view.hosts = view.hosts == WatchView::Hosts::names       ? WatchView::Hosts::addresses
                   : view.hosts == WatchView::Hosts::addresses ? WatchView::Hosts::networks
                                                               : WatchView::Hosts::names;
      return true;
    case 'd':
      view.page = toggled(view.page, Page::details);
      return true;
    case 'e':
      view.page = toggled(view.page, Page::events);
      return true;
    case '?':
      view.page = toggled(view.page, Page::help);
      return true;
    case pressed_up:
      view.selected = std::max(1, view.selected - 1);
      return true;
    case pressed_down:
      view.selected = std::min(std::max(length, 1), view.selected + 1);
      return true;
    default:
      return false;
  }
}

WatchLive::WatchLive(const Parts& parts) : parts_(parts) {
  const auto look = look_for(parts.options);
  screen_ = open_full_screen(look && look->terminal.has_colours);
  view_.selected = parts.options.strategy.first_ttl.value;
}

void WatchLive::take(const std::vector<WatchEvent>& events) {
  events_.insert(events_.end(), events.begin(), events.end());
  while (events_.size() > most_events) events_.pop_front();
}

TimePoint WatchLive::tick(TimePoint now) {
  if (!first_) first_ = now;
  obey_keys(0);
  if (!parts_.options.sim_file.empty()) {
    const auto ahead = [&] { return std::min<Duration>(held_back_.ahead(now), pause); };
    while (!is_quit_ && !Interrupt::requested() && ahead() > Duration{}) {
      draw_screen(now);
      obey_keys(static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(ahead()).count()));
    }
  }
  draw_screen(now);
  return now + pause;
}

void WatchLive::obey_keys(int most_ms) {
  for (int key = screen_->key(most_ms); key != no_key; key = screen_->key(0)) {
    if (obey(key, parts_.record.length(), view_)) continue;
    if (key == 'q') {
      is_quit_ = true;
    } else if (key == 'p') {
      view_.paused = !view_.paused;
      parts_.rounds.pause(view_.paused);
    } else if (key == 'r') {
      parts_.record.reset_figures();
      view_.message = "The figures begin anew.";
    }
  }
}

void WatchLive::draw_screen(TimePoint now) {
  if (Clock::now() - drawn_ < pause) return;
  drawn_ = Clock::now();
  screen_->show(
      draw({.record = parts_.record,
            .events = events_,
            .names = parts_.names,
            .networks = parts_.info.networks,
            .target = target_text(parts_.info, parts_.target, parts_.options.ports.front()),
            .method = parts_.info.method,
            .elapsed = now - *first_,
            .has_blocks = screen_->has_blocks()},
           view_, screen_->columns(), screen_->rows()));
}

}  // namespace tracetcp::cli
