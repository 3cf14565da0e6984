#include "report/watch_screen.hpp"

#include "report/json_parts.hpp"
#include "report/network_text.hpp"
#include "report/text.hpp"
#include "report/tone.hpp"
#include "report/watch_row.hpp"
#include "report/watch_text.hpp"

#include <tracetcp/sentences.hpp>

#include <fmt/core.h>

#include <algorithm>

namespace tracetcp {
namespace {

/// From 60 columns on the history has ten.
constexpr std::size_t least_history = 10;
constexpr std::size_t wide = 110;  ///< columns from which on all figures have room
constexpr std::size_t log_rows = 3;

std::string clock_text(Duration elapsed) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(elapsed).count();
  return fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

ScreenLine line(const std::string& text, std::size_t columns,
                ScreenStyle style = ScreenStyle::plain) {
  return {{.text = cut(text, columns), .style = style}};
}

class Screen {
 public:
  Screen(const WatchScreen& parts, const WatchView& view, std::size_t columns, std::size_t rows)
      : parts_(parts),
        view_(view),
        columns_(columns),
        rows_(rows),
        port_(parts.watched[std::min(view.watched, parts.watched.size() - 1)]) {}

  std::vector<ScreenLine> draw() {
    add_header();
    switch (view_.page) {
      case WatchView::Page::targets:
        add_targets();
        break;
      case WatchView::Page::hops:
        add_hops();
        add_findings();
        add_log(has_findings());
        break;
      case WatchView::Page::details:
        add_details();
        break;
      case WatchView::Page::events:
        if (parts_.events.empty()) add("No event so far.");
        add_log(false);
        break;
      case WatchView::Page::help:
        add_help();
        break;
    }
    lines_.resize(rows_ == 0 ? 0 : rows_ - 1);
    if (rows_ != 0) lines_.push_back(help_line());
    return std::move(lines_);
  }

 private:
  void add(const std::string& text, ScreenStyle style = ScreenStyle::plain) {
    lines_.push_back(line(text, columns_, style));
  }

  [[nodiscard]] bool has_several() const { return parts_.watched.size() > 1; }
  [[nodiscard]] bool is_side_by_side() const { return has_several() && !parts_.has_list; }

  // --- header --------------------------------------------------------------------------------

  void add_header() {
    std::string head =
        fmt::format("tracetcp {}  {}  round {}  {}{}{}", parts_.title, parts_.method,
                    port_.record.rounds(), clock_text(parts_.elapsed),
                    view_.paused ? "  PAUSED" : "", port_.record.loses() ? "  LOSS" : "");
    if (parts_.replay) {
      head += fmt::format("  {} of {}, speed {:g}", clock_text(parts_.replay->at),
                          clock_text(parts_.replay->length), parts_.replay->speed);
    }
    add(head, ScreenStyle::strong);
    if (view_.page == WatchView::Page::targets) return;
    // Of ports side by side as many as leave room for the hops; the selected one is among them.
    const std::size_t room = is_side_by_side() ? std::max<std::size_t>(1, rows_ / 6) : 1;
    const std::size_t all = parts_.watched.size();
    const std::size_t first =
        view_.watched < room || room >= all ? 0 : std::min(view_.watched, all - room);
    const std::size_t begin = is_side_by_side() ? first : view_.watched;
    for (std::size_t i = begin; i < std::min(all, begin + room); ++i) add_verdict(i);
  }

  void add_verdict(std::size_t place) {
    const WatchedPort& port = parts_.watched[place];
    std::string begin = parts_.has_list ? port.target + ": " : "";
    if (is_side_by_side()) {
      begin = fmt::format("{} {:>5}  ", place == view_.watched ? '>' : ' ', number(port));
    }
    if (!port.record.standing()) return add(begin + "Waiting for the first round.");
    add(begin + sentence(*port.record.standing(), parts_.names),
        style_of_verdict(*port.record.standing()));
  }

  /// Behind the last colon.
  static std::string number(const WatchedPort& port) {
    return port.target.substr(port.target.rfind(':') + 1);
  }

  // --- hops ----------------------------------------------------------------------------------

  [[nodiscard]] bool is_wide() const { return columns_ >= wide && !is_side_by_side(); }

  [[nodiscard]] std::string figures_head() const {
    if (is_side_by_side()) return "hop    loss  median  ";
    return is_wide() ? "hop    loss    last     min  median     p95     max  jitter  "
                     : "hop    loss    last  median     p95  ";
  }

  [[nodiscard]] std::string figures_of(int ttl, const HopRecord& hop) const {
    const HopFigures all = hop.window();
    std::string text = fmt::format("{:>3} {:>7} ", ttl, loss_text(all.loss()));
    if (is_side_by_side()) return text + fmt::format("{:>7}  ", milliseconds_text(all.median));
    text += fmt::format("{:>7} ", milliseconds_text(all.last));
    if (is_wide()) text += fmt::format("{:>7} ", milliseconds_text(all.least));
    text += fmt::format("{:>7} {:>7} ", milliseconds_text(all.median), milliseconds_text(all.p95));
    if (is_wide()) {
      text +=
          fmt::format("{:>7} {:>7} ", milliseconds_text(all.most), milliseconds_text(all.jitter));
    }
    return text + ' ';
  }

  [[nodiscard]] std::string host_text(Address address) const {
    std::string other;
    if (view_.hosts == WatchView::Hosts::names) {
      other = parts_.names.of(address).value_or("");
    } else if (view_.hosts == WatchView::Hosts::networks) {
      other = network_text(address, parts_.networks);
    }
    if (other.empty()) return address.text();
    return is_wide() ? fmt::format("{} {}", address.text(), other) : other;
  }

  [[nodiscard]] static std::string share_text(const HopRecord& hop, const HopRecord::Share& share) {
    if (hop.addresses().size() == 1) return "";
    std::uint64_t all = hop.other_addresses();
    for (const HopRecord::Share& one : hop.addresses()) all += one.answers;
    return fmt::format(" {} %", share.answers * 100 / std::max<std::uint64_t>(all, 1));
  }

  [[nodiscard]] ScreenStyle style_of(int ttl, const HopRecord& hop) const {
    if (ttl == view_.selected) return ScreenStyle::selected;
    if (hop.window().answered == 0) return ScreenStyle::plain;
    if (port_.record.limits(ttl)) return ScreenStyle::plain;
    return hop.window().loss() > 0.02 ? ScreenStyle::bad : ScreenStyle::plain;
  }

  void add_rows(std::vector<ScreenLine>& rows, int ttl, const HopRecord& hop) const {
    const std::size_t begin = figures_head().size();
    const std::size_t hosts = host_columns();
    std::string host = hop.addresses().empty() ? "*" : "";
    if (!hop.addresses().empty()) {
      host = host_text(hop.addresses().front().address) + share_text(hop, hop.addresses().front());
    }
    if (port_.record.limits(ttl)) host += " (limits its answers)";
    ScreenLine row{{.text = cut(figures_of(ttl, hop) + padded(host, hosts), columns_),
                    .style = style_of(ttl, hop)},
                   {.text = " "}};
    add_strips(row, ttl, begin + hosts + 1);
    rows.push_back(std::move(row));
    for (std::size_t i = 1; i < hop.addresses().size(); ++i) {
      rows.push_back(line(std::string(begin, ' ') + host_text(hop.addresses()[i].address) +
                              share_text(hop, hop.addresses()[i]),
                          columns_));
    }
  }

  [[nodiscard]] std::size_t host_columns() const {
    const std::size_t begin = figures_head().size() + 1;
    if (columns_ <= begin + least_history) return 0;
    if (is_side_by_side()) return std::clamp<std::size_t>((columns_ - begin) * 3 / 10, 12, 40);
    return std::min<std::size_t>((columns_ - begin) * 6 / 10, columns_ - begin - least_history);
  }

  // --- strips --------------------------------------------------------------------------------

  /// Which ports have a strip, and how many columns, with the blank behind it, each has.
  struct Strips {
    std::size_t first = 0;
    std::size_t count = 1;
    std::size_t columns = 0;
  };

  [[nodiscard]] Strips strips(std::size_t columns) const {
    if (!is_side_by_side()) return {.first = view_.watched, .columns = columns};
    const std::size_t all = parts_.watched.size();
    constexpr std::size_t least = 7;
    constexpr std::size_t most = 61;
    const std::size_t count = std::clamp<std::size_t>(columns / least, 1, all);
    const std::size_t first =
        view_.watched < count ? 0 : std::min(view_.watched + 1 - count, all - count);
    return {.first = first, .count = count, .columns = std::min(columns / count, most)};
  }

  void add_strips(ScreenLine& row, int ttl, std::size_t at) const {
    if (columns_ <= at) return;
    const Strips shown = strips(columns_ - at);
    const std::size_t gap = is_side_by_side() ? 1 : 0;
    for (std::size_t i = shown.first; i < shown.first + shown.count; ++i) {
      const auto& hops = parts_.watched[i].record.hops();
      const auto hop = hops.find(ttl);
      const std::size_t room = shown.columns > gap ? shown.columns - gap : 0;
      if (hop == hops.end() || is_beyond_end(parts_.watched[i], ttl)) {
        row.push_back({.text = std::string(room + gap, ' ')});
        continue;
      }
      add_history(row, hop->second, room, parts_.has_blocks);
      if (gap != 0) row.push_back({.text = " "});
    }
  }

  /// Where the port is answered there is nothing behind it.
  static bool is_beyond_end(const WatchedPort& port, int ttl) {
    const auto& standing = port.record.standing();
    if (!standing) return false;
    const State state = standing->verdict.state;
    const bool is_answered =
        state == State::open || state == State::closed || state == State::rejected;
    return is_answered && ttl > port.record.length();
  }

  [[nodiscard]] std::string strips_head(std::size_t at) const {
    if (!is_side_by_side()) return " last rounds";
    if (columns_ <= at) return "";
    const Strips shown = strips(columns_ - at);
    std::string text = " ";
    for (std::size_t i = shown.first; i < shown.first + shown.count; ++i) {
      const WatchedPort& port = parts_.watched[i];
      const std::string state =
          port.record.standing() ? " " + short_verdict(*port.record.standing()) : "";
      const char* mark = i == view_.watched ? ">" : "";
      text += padded(mark + number(port) + state, shown.columns - 1) + ' ';
    }
    return text;
  }

  /// How far any of the ports got; of these the selected one has the figures.
  [[nodiscard]] int last_ttl() const {
    int last = port_.record.length();
    if (!is_side_by_side()) return last;
    for (const WatchedPort& port : parts_.watched) last = std::max(last, port.record.length());
    return last;
  }

  [[nodiscard]] const HopRecord& hop_of(int ttl) const {
    static const HopRecord none;
    const auto own = port_.record.hops().find(ttl);
    return own == port_.record.hops().end() ? none : own->second;
  }

  void add_hops() {
    const std::size_t at = figures_head().size() + host_columns();
    add(figures_head() + padded("host", host_columns()) + strips_head(at + 1), ScreenStyle::strong);
    std::vector<ScreenLine> rows;
    std::size_t selected_at = 0;
    if (port_.record.rounds() == 0 && port_.under_way) add_first_round(rows);
    const int first_ttl = port_.record.hops().empty() ? 1 : port_.record.hops().begin()->first;
    for (int ttl = first_ttl; ttl <= last_ttl(); ++ttl) {
      const bool is_asked = port_.record.hops().contains(ttl);
      if (!is_asked && !is_side_by_side()) continue;
      if (ttl <= view_.selected) selected_at = rows.size();
      add_rows(rows, ttl, hop_of(ttl));
    }
    const std::size_t others = lines_.size() + findings().size() + log_rows + 1;  // help
    const std::size_t room = rows_ > others ? rows_ - others : 1;
    std::size_t first = 0;
    if (rows.size() > room && selected_at + 1 > room) first = selected_at + 1 - room;
    for (std::size_t i = first; i < std::min(rows.size(), first + room); ++i) {
      lines_.push_back(std::move(rows[i]));
    }
  }

  /// As its answers come.
  void add_first_round(std::vector<ScreenLine>& rows) const {
    int last = 0;
    for (const Hop& hop : port_.under_way->path()) {
      for (const ProbeRecord& probe : hop.probes) {
        if (probe.answer() != nullptr) last = std::max(last, static_cast<int>(hop.ttl.value));
      }
    }
    for (const Hop& hop : port_.under_way->path()) {
      if (hop.ttl.value > last) break;
      HopRecord record;
      for (const ProbeRecord& probe : hop.probes) {
        if (const Reply* answer = probe.answer()) record.add_answer(answer->from, answer->rtt);
      }
      add_rows(rows, hop.ttl.value, record);
    }
  }

  // --- findings and events -------------------------------------------------------------------

  /// Those of the round whose verdict stands, where they have room beside the hops.
  [[nodiscard]] std::vector<std::string> findings() const {
    std::vector<std::string> all;
    constexpr std::size_t enough_rows = 20;
    if (rows_ < enough_rows || !port_.record.standing()) return all;
    for (const Finding& finding : port_.record.standing()->diagnosis.findings) {
      if (finding.confidence == Confidence::not_sure) continue;
      all.push_back(text(finding, parts_.names));
    }
    all.resize(std::min(all.size(), rows_ / 10));
    return all;
  }
  [[nodiscard]] bool has_findings() const { return !findings().empty(); }

  void add_findings() {
    for (const std::string& finding : findings()) add("! " + finding, ScreenStyle::warning);
  }

  /// The last events that have room.
  void add_log(bool without_findings) {
    std::vector<const WatchWords*> events;
    for (const WatchWords& event : parts_.events) {
      if (without_findings && event.kind == WatchEventKind::finding) continue;
      events.push_back(&event);
    }
    const std::size_t room = rows_ > lines_.size() + 1 ? rows_ - lines_.size() - 1 : 0;
    for (std::size_t i = events.size() - std::min(room, events.size()); i < events.size(); ++i) {
      constexpr std::size_t time_at = 11;  // behind the date
      constexpr std::size_t time_size = 8;
      const WatchWords& event = *events[i];
      add(fmt::format("{} {:<8}{}{}", timestamp(event.at).substr(time_at, time_size),
                      name(event.kind), target_of(event), event.text),
          event.kind == WatchEventKind::finding ? ScreenStyle::plain : ScreenStyle::warning);
    }
  }

  [[nodiscard]] std::string target_of(const WatchWords& event) const {
    if (!has_several()) return "";
    for (const WatchedPort& port : parts_.watched) {
      if (!port.record.latest() || port.record.latest()->target != event.target) continue;
      return (parts_.has_list ? port.target : number(port)) + ": ";
    }
    return text(event.target) + ": ";
  }

  // --- targets -------------------------------------------------------------------------------

  void add_targets() {
    const std::size_t hosts = std::clamp<std::size_t>(columns_ * 4 / 10, 12, 60);
    add(padded("target", hosts) + " hops    loss  median  " + padded("state", 20) + " last rounds",
        ScreenStyle::strong);
    const std::size_t others = lines_.size() + log_rows + 1;
    const std::size_t room = rows_ > others ? rows_ - others : 1;
    const std::size_t first = view_.watched < room ? 0 : view_.watched + 1 - room;
    for (std::size_t i = first; i < std::min(parts_.watched.size(), first + room); ++i) {
      const WatchedPort& port = parts_.watched[i];
      const HopFigures end = port.record.end().window();
      const std::string state =
          port.record.standing() ? short_verdict(*port.record.standing()) : "waiting";
      const std::string text =
          fmt::format("{} {:>4} {:>7} {:>7}  {} ", padded(port.target, hosts), port.record.length(),
                      end.asked == 0 ? "-" : loss_text(end.loss()), milliseconds_text(end.median),
                      padded(state, 20));
      ScreenStyle style = ScreenStyle::plain;
      if (port.record.standing()) style = style_of_verdict(*port.record.standing());
      if (i == view_.watched) style = ScreenStyle::selected;
      ScreenLine row = line(text, columns_, style);
      if (columns_ > text.size()) {
        add_history(row, port.record.end(), columns_ - text.size(), parts_.has_blocks);
      }
      lines_.push_back(std::move(row));
    }
    add_log(false);
  }

  // --- the other pages -----------------------------------------------------------------------

  void add_details() {
    add(is_side_by_side() ? fmt::format("Hop {}, port {}", view_.selected, number(port_))
                          : fmt::format("Hop {}", view_.selected),
        ScreenStyle::strong);
    for (const std::string& detail : details_of(view_.selected, parts_, port_)) add(detail);
  }

  void add_help() {
    for (const char* row : {"q     quit", "p     pause, go on", "r     reset the figures",
                            "n     names, addresses or networks of hops",
                            "d     details of the selected hop", "e     all events"}) {
      add(row);
    }
    if (parts_.may_save) add("s     save: all packets so far are in the file");
    add("up, down  select a hop");
    if (is_side_by_side())
      add(parts_.replay ? "Tab   select a port" : "left, right  select a port");
    if (parts_.has_list) add("Enter  the hops of the selected target, and back to the list");
    if (parts_.replay) add("left, right  10 seconds back or on;  + -  twice or half the speed");
    add("?     this help; any of d, e, ? again leads back");
    add("History: higher is slower, x: no answer. Figures: of the last 100 probes, in ms.");
  }

  [[nodiscard]] ScreenLine help_line() const {
    std::string keys = "q quit p pause r reset n names d details e events ";
    if (parts_.may_save) keys += "s save ";
    if (parts_.replay) keys += "+ - speed ";
    keys += "? help";
    return line(view_.message.empty() ? keys : view_.message, columns_, ScreenStyle::strong);
  }

  const WatchScreen& parts_;
  const WatchView& view_;
  const std::size_t columns_;
  const std::size_t rows_;
  const WatchedPort& port_;
  std::vector<ScreenLine> lines_;
};

}  // namespace

std::vector<ScreenLine> draw(const WatchScreen& screen, const WatchView& view, std::size_t columns,
                             std::size_t rows) {
  return Screen(screen, view, columns, rows).draw();
}

}  // namespace tracetcp
