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

bool has_answers(const AllWatched& all) {
  return std::any_of(all.all().begin(), all.all().end(), [](const Watched& one) {
    return one.under_way.has_value() || one.record.rounds() != 0;
  });
}

}  // namespace

bool wants_screen(const Options& options) {
  if (!options.watch || options.verbose || !output_terminal()) return false;
  const auto look = look_for(options);
  return look && look->open_lines != 0;
}

bool obey(int key, const Choices& choices, WatchView& view) {
  using Page = WatchView::Page;
  const bool is_list = view.page == Page::targets;
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
    case '\n':
    case '\r':
      if (choices.has_list) view.page = is_list ? Page::hops : Page::targets;
      return choices.has_list;
    case pressed_up:
      if (is_list) {
        view.watched -= view.watched == 0 ? 0 : 1;
      } else {
        view.selected = std::max(1, view.selected - 1);
      }
      return true;
    case pressed_down:
      if (is_list) {
        view.watched = std::min(view.watched + 1, choices.watched - 1);
      } else {
        view.selected = std::min(std::max(choices.length, 1), view.selected + 1);
      }
      return true;
    case pressed_left:
      view.watched -= view.watched == 0 ? 0 : 1;
      return true;
    case pressed_right:
      view.watched = std::min(view.watched + 1, choices.watched - 1);
      return true;
    default:
      return false;
  }
}

WatchLive::WatchLive(const Parts& parts) : parts_(parts) {
  const auto look = look_for(parts.options);
  screen_ = open_full_screen(look && look->terminal.has_colours);
  view_.selected = parts.options.strategy.first_ttl.value;
  if (parts.options.many_hosts) view_.page = WatchView::Page::targets;
}

void WatchLive::take(const std::vector<WatchWords>& events) {
  events_.insert(events_.end(), events.begin(), events.end());
  while (events_.size() > most_events) events_.pop_front();
}

TimePoint WatchLive::tick(TimePoint now) {
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

void WatchLive::show(TimePoint now) {
  draw_screen(now);
  obey_keys(static_cast<int>(pause.count()));
}

void WatchLive::obey_keys(int most_ms) {
  for (int key = screen_->key(most_ms); key != no_key; key = screen_->key(0)) obey_key(key);
}

int WatchLive::length() const {
  int length = 0;
  for (const Watched& one : parts_.all.all()) length = std::max(length, one.record.length());
  return length;
}

/// Of a replay arrows seek, so that its ports are chosen by Tab.
bool WatchLive::obey_replay_key(int key) {
  constexpr std::chrono::seconds step(10);
  if (parts_.replay == nullptr) return false;
  switch (key) {
    case pressed_left:
      parts_.replay->seek(-step);
      return true;
    case pressed_right:
      parts_.replay->seek(step);
      return true;
    case '+':
    case '-':
      parts_.replay->change_speed(key == '+' ? 2 : 0.5);
      view_.message = fmt::format("Speed {:g}.", parts_.replay->state().speed);
      return true;
    case '\t':
      view_.watched = (view_.watched + 1) % std::max<std::size_t>(parts_.all.all().size(), 1);
      return true;
    default:
      return false;
  }
}

void WatchLive::obey_key(int key) {
  if (obey_replay_key(key)) return;
  const Choices choices{.length = length(),
                        .watched = std::max<std::size_t>(parts_.all.all().size(), 1),
                        .has_list = parts_.options.many_hosts};
  if (obey(key, choices, view_)) return;
  if (key == 'q') {
    is_quit_ = true;
  } else if (key == 'p') {
    view_.paused = !view_.paused;
    if (parts_.rounds != nullptr) parts_.rounds->pause(view_.paused);
    if (parts_.replay != nullptr) parts_.replay->pause(view_.paused);
  } else if (key == 'r') {
    for (Watched& one : parts_.all.all()) one.record.reset_figures();
    view_.message = "The figures begin anew.";
  } else if (key == 's') {
    view_.message = parts_.saved ? fmt::format("{} has all {} packets until now.",
                                               parts_.options.write_file, parts_.saved())
                                 : "Packets are saved with --write FILE only, which is missing.";
  }
}

void WatchLive::draw_screen(TimePoint now) {
  if (parts_.all.all().empty()) return;
  // The first answer is shown at once.
  const bool has_begun = has_begun_ || has_answers(parts_.all);
  if (Clock::now() - drawn_ < pause && has_begun == has_begun_) return;
  has_begun_ = has_begun;
  drawn_ = Clock::now();
  if (!first_) first_ = now;
  WatchScreen screen{.watched = {},
                     .events = events_,
                     .names = parts_.names,
                     .networks = parts_.networks,
                     .title = parts_.title,
                     .method = parts_.method,
                     .elapsed = now - *first_,
                     .has_list = parts_.options.many_hosts,
                     .may_save = static_cast<bool>(parts_.saved),
                     .has_blocks = screen_->has_blocks()};
  if (parts_.replay != nullptr) screen.replay = parts_.replay->state();
  for (const Watched& one : parts_.all.all()) {
    screen.watched.push_back(
        {.record = one.record, .under_way = one.under_way, .target = one.label});
  }
  screen_->show(draw(screen, view_, screen_->columns(), screen_->rows()));
}

}  // namespace tracetcp::cli
