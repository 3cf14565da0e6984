#include "report/watch_screen.hpp"

#include "report/json_parts.hpp"
#include "report/network_text.hpp"
#include "report/text.hpp"
#include "report/tone.hpp"
#include "report/watch_text.hpp"

#include <tracetcp/sentences.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace tracetcp {
namespace {

constexpr std::array<std::string_view, 8> blocks{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr std::array<std::string_view, 8> digits{"1", "2", "3", "4", "5", "6", "7", "8"};

/// From 60 columns on the history has ten.
constexpr std::size_t least_history = 10;
constexpr std::size_t wide = 110;  ///< columns from which on all figures have room

std::string cut(const std::string& text, std::size_t columns) {
  return text.substr(0, columns);
}

std::string padded(const std::string& text, std::size_t columns) {
  return fmt::format("{:<{}}", cut(text, columns), columns);
}

ScreenLine line(const std::string& text, std::size_t columns,
                ScreenStyle style = ScreenStyle::plain) {
  return {{.text = cut(text, columns), .style = style}};
}

/// Without the unit, which the head of the column has.
std::string milliseconds_text(std::optional<Duration> time) {
  const std::string text = figure_text(time);
  return text.ends_with(" ms") ? text.substr(0, text.size() - 3) : text;
}

std::string clock_text(Duration elapsed) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(elapsed).count();
  return fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

ScreenStyle style_of_verdict(const Trace& trace) {
  switch (tone_of(trace)) {
    case Tone::good:
      return ScreenStyle::good;
    case Tone::plain:
    case Tone::warning:
      return ScreenStyle::warning;
    case Tone::bad:
      break;
  }
  return ScreenStyle::bad;
}

class Screen {
 public:
  Screen(const WatchScreen& parts, const WatchView& view, std::size_t columns, std::size_t rows)
      : parts_(parts), view_(view), columns_(columns), rows_(rows) {}

  std::vector<ScreenLine> draw() {
    add_header();
    switch (view_.page) {
      case WatchView::Page::hops:
        add_hops();
        add_log(false);
        break;
      case WatchView::Page::details:
        add_details();
        break;
      case WatchView::Page::events:
        add_log(true);
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

  void add_header() {
    const WatchRecord& record = parts_.record;
    add(fmt::format("tracetcp {}  {}  round {}  {}{}{}", parts_.target, parts_.method,
                    record.rounds(), clock_text(parts_.elapsed), view_.paused ? "  PAUSED" : "",
                    record.loses() ? "  LOSS" : ""),
        ScreenStyle::strong);
    if (!record.standing()) {
      add("Waiting for the first round.");
    } else {
      add(sentence(*record.standing(), parts_.names), style_of_verdict(*record.standing()));
    }
  }

  [[nodiscard]] bool is_wide() const { return columns_ >= wide; }

  [[nodiscard]] std::string figures_head() const {
    return is_wide() ? "hop    loss    last     min  median     p95     max  jitter  "
                     : "hop    loss    last  median     p95  ";
  }

  [[nodiscard]] std::string figures_of(int ttl, const HopRecord& hop) const {
    const HopFigures all = hop.window();
    std::string text =
        fmt::format("{:>3} {:>7} {:>7} ", ttl, loss_text(all.loss()), milliseconds_text(all.last));
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

  /// One glyph a probe, the last ones: how its time compares with the others, x: lost.
  void add_history(ScreenLine& row, const HopRecord& hop, std::size_t columns) const {
    const auto& outcomes = hop.outcomes();
    const HopFigures figures = hop.window();
    const Duration least = figures.least.value_or(Duration{});
    // A few milliseconds, or a quarter more, are no difference.
    const Duration range = std::max<Duration>(
        {figures.most.value_or(least) - least, least / 4, std::chrono::milliseconds(5)});
    const auto& glyphs = parts_.has_blocks ? blocks : digits;
    const std::size_t shown = std::min(columns, outcomes.size());
    for (std::size_t i = outcomes.size() - shown; i < outcomes.size(); ++i) {
      const HopRecord::Outcome& outcome = outcomes[i];
      if (!outcome.answered) {
        row.push_back({.text = "x", .style = ScreenStyle::bad});
        continue;
      }
      const Duration over = outcome.rtt.value_or(least) - least;
      const auto level = static_cast<std::size_t>(
          std::clamp<Duration::rep>(over.count() * 7 / range.count(), 0, 7));
      row.push_back({.text = std::string(glyphs[level]),
                     .style = level < 5 ? ScreenStyle::good : ScreenStyle::warning});
    }
  }

  [[nodiscard]] ScreenStyle style_of(int ttl, const HopRecord& hop) const {
    if (ttl == view_.selected) return ScreenStyle::selected;
    if (hop.window().answered == 0) return ScreenStyle::plain;
    if (parts_.record.limits(ttl)) return ScreenStyle::plain;
    return hop.window().loss() > 0.02 ? ScreenStyle::bad : ScreenStyle::plain;
  }

  void add_rows(std::vector<ScreenLine>& rows, int ttl, const HopRecord& hop) const {
    const std::size_t begin = figures_head().size();
    const std::size_t hosts = host_columns();
    std::string host = hop.addresses().empty() ? "*" : "";
    if (!hop.addresses().empty()) {
      host = host_text(hop.addresses().front().address) + share_text(hop, hop.addresses().front());
    }
    if (parts_.record.limits(ttl)) host += " (limits its answers)";
    ScreenLine row{{.text = cut(figures_of(ttl, hop) + padded(host, hosts), columns_),
                    .style = style_of(ttl, hop)},
                   {.text = " "}};
    if (columns_ > begin + hosts + 1) add_history(row, hop, columns_ - begin - hosts - 1);
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
    return std::min<std::size_t>((columns_ - begin) * 6 / 10, columns_ - begin - least_history);
  }

  void add_hops() {
    add(figures_head() + padded("host", host_columns()) + " last rounds", ScreenStyle::strong);
    std::vector<ScreenLine> rows;
    std::size_t selected_at = 0;
    for (const auto& [ttl, hop] : parts_.record.hops()) {
      if (ttl > parts_.record.length()) break;
      if (ttl <= view_.selected) selected_at = rows.size();
      add_rows(rows, ttl, hop);
    }
    constexpr std::size_t others = 6;  // head, three lines of the log, help
    const std::size_t room = rows_ > others + 1 ? rows_ - others : 1;
    std::size_t first = 0;
    if (rows.size() > room && selected_at + 1 > room) first = selected_at + 1 - room;
    for (std::size_t i = first; i < std::min(rows.size(), first + room); ++i) {
      lines_.push_back(std::move(rows[i]));
    }
  }

  /// The last events that have room.
  void add_log(bool all) {
    const auto& events = parts_.events;
    if (events.empty()) {
      add(all ? "No event so far." : "");
      return;
    }
    const std::size_t room = rows_ > lines_.size() + 1 ? rows_ - lines_.size() - 1 : 0;
    for (std::size_t i = events.size() - std::min(room, events.size()); i < events.size(); ++i) {
      constexpr std::size_t time_at = 11;  // behind the date
      constexpr std::size_t time_size = 8;
      const WatchEvent& event = events[i];
      add(fmt::format("{} {:<8}{}", timestamp(event.at).substr(time_at, time_size),
                      name(event.kind), event.text),
          event.kind == WatchEventKind::finding ? ScreenStyle::plain : ScreenStyle::warning);
    }
  }

  void add_details() {
    const auto found = parts_.record.hops().find(view_.selected);
    if (found == parts_.record.hops().end()) return add("This hop was not asked.");
    const HopRecord& hop = found->second;
    add(fmt::format("Hop {}", view_.selected), ScreenStyle::strong);
    for (const HopRecord::Share& share : hop.addresses()) {
      const std::string network = network_text(share.address, parts_.networks);
      add(fmt::format("  {} {} {}  {} answers", share.address.text(),
                      parts_.names.of(share.address).value_or(""), network, share.answers));
    }
    add_figures("last 100", hop.window());
    add_figures("all", hop.total());
    if (parts_.record.limits(view_.selected)) add("  It limits or loses its own answers.");
    if (!parts_.record.latest()) return;
    for (const Hop& one : parts_.record.latest()->hops) {
      if (one.ttl.value != view_.selected) continue;
      for (const ProbeRecord& probe : one.probes) add_answers(probe);
    }
    for (const Finding& finding : parts_.record.latest()->diagnosis.findings) {
      if (finding.at.ttl && finding.at.ttl->value == view_.selected)
        add("  " + text(finding, parts_.names));
    }
  }

  void add_figures(const char* of, const HopFigures& figures) {
    add(fmt::format(
        "  {:<9}{} of {} answered, loss {}; min {}, median {}, p95 {}, max {}, jitter {}", of,
        figures.answered, figures.asked, loss_text(figures.loss()), figure_text(figures.least),
        figure_text(figures.median), figure_text(figures.p95), figure_text(figures.most),
        figure_text(figures.jitter)));
  }

  void add_answers(const ProbeRecord& probe) {
    if (probe.replies.empty()) add("  last round: no answer");
    for (const Reply& reply : probe.replies) {
      std::string mpls;
      for (const MplsLabel& label : reply.mpls) mpls += fmt::format(" {}", label.label);
      add(fmt::format(
          "  last round: {} from {} in {}, TTL {}{}{}", name(reply.kind), reply.from.text(),
          figure_text(reply.rtt), reply.ttl ? std::to_string(reply.ttl->value) : "unknown",
          mpls.empty() ? "" : ", MPLS labels" + mpls,
          reply.quote ? fmt::format(", quotes TTL {}", reply.quote->ip.ttl.value) : ""));
    }
  }

  void add_help() {
    for (const char* row :
         {"q     quit", "p     pause, go on", "r     reset the figures",
          "n     names, addresses or networks of hops", "d     details of the selected hop",
          "e     all events", "up, down  select a hop",
          "?     this help; any of d, e, ? again leads back",
          "History: higher is slower, x: no answer. Figures: of the last 100 probes, in ms."}) {
      add(row);
    }
  }

  [[nodiscard]] ScreenLine help_line() const {
    const std::string keys = "q quit p pause r reset n names d details e events ? help";
    return line(view_.message.empty() ? keys : view_.message, columns_, ScreenStyle::strong);
  }

  const WatchScreen& parts_;
  const WatchView& view_;
  const std::size_t columns_;
  const std::size_t rows_;
  std::vector<ScreenLine> lines_;
};

}  // namespace

std::vector<ScreenLine> draw(const WatchScreen& screen, const WatchView& view, std::size_t columns,
                             std::size_t rows) {
  return Screen(screen, view, columns, rows).draw();
}

}  // namespace tracetcp
