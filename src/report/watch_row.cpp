#include "report/watch_row.hpp"

#include "report/json_parts.hpp"
#include "report/network_text.hpp"
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

std::string figures_line(const char* of, const HopFigures& figures) {
  return fmt::format(
      "  {:<9}{} of {} answered, loss {}; min {}, median {}, p95 {}, max {}, jitter {}", of,
      figures.answered, figures.asked, loss_text(figures.loss()), figure_text(figures.least),
      figure_text(figures.median), figure_text(figures.p95), figure_text(figures.most),
      figure_text(figures.jitter));
}

std::string labels_text(const Reply& reply) {
  std::string labels;
  for (const MplsLabel& label : reply.mpls) labels += fmt::format(" {}", label.label);
  return labels.empty() ? "" : ", MPLS labels" + labels;
}

/// Our SYN as it came there.
std::string quote_text(const Reply& reply) {
  if (!reply.quote) return "";
  const IpHeader& ip = reply.quote->ip;
  return fmt::format(
      "    quotes {} > {}, TTL {}, DSCP {}", text(Endpoint{ip.source, reply.quote->tcp.source}),
      text(Endpoint{ip.destination, reply.quote->tcp.destination}), ip.ttl.value, ip.tos >> 2);
}

void add_answers(const ProbeRecord& probe, std::vector<std::string>& lines) {
  if (probe.replies.empty()) lines.push_back("  last round: no answer");
  for (const Reply& reply : probe.replies) {
    lines.push_back(fmt::format("  last round: {} from {} in {}, TTL {}{}", name(reply.kind),
                                reply.from.text(), figure_text(reply.rtt),
                                reply.ttl ? std::to_string(reply.ttl->value) : "unknown",
                                labels_text(reply)));
    if (std::string quote = quote_text(reply); !quote.empty()) lines.push_back(std::move(quote));
  }
}

bool is_about(const WatchWords& event, int ttl, const WatchedPort& port) {
  return event.target == port.record.latest()->target &&
         std::find(event.ttls.begin(), event.ttls.end(), ttl) != event.ttls.end();
}

}  // namespace

std::string cut(const std::string& text, std::size_t columns) {
  return text.substr(0, columns);
}

std::string padded(const std::string& text, std::size_t columns) {
  return fmt::format("{:<{}}", cut(text, columns), columns);
}

std::string milliseconds_text(std::optional<Duration> time) {
  const std::string text = figure_text(time);
  return text.ends_with(" ms") ? text.substr(0, text.size() - 3) : text;
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

void add_history(ScreenLine& row, const HopRecord& hop, std::size_t columns, bool has_blocks) {
  const auto outcomes = hop.outcomes();
  const HopFigures figures = hop.window();
  const Duration least = figures.least.value_or(Duration{});
  // A few milliseconds, or a quarter more, are no difference.
  const Duration range = std::max<Duration>(
      {figures.most.value_or(least) - least, least / 4, std::chrono::milliseconds(5)});
  const auto& glyphs = has_blocks ? blocks : digits;
  const std::size_t shown = std::min(columns, outcomes.size());
  for (std::size_t i = outcomes.size() - shown; i < outcomes.size(); ++i) {
    const HopRecord::Outcome& outcome = outcomes[i];
    if (!outcome.answered) {
      row.push_back({.text = "x", .style = ScreenStyle::bad});
      continue;
    }
    const Duration over = outcome.rtt.value_or(least) - least;
    const auto level =
        static_cast<std::size_t>(std::clamp<Duration::rep>(over.count() * 7 / range.count(), 0, 7));
    row.push_back({.text = std::string(glyphs[level]),
                   .style = level < 5 ? ScreenStyle::good : ScreenStyle::warning});
  }
  row.push_back({.text = std::string(columns - shown, ' ')});
}

std::vector<std::string> details_of(int ttl, const WatchScreen& screen, const WatchedPort& port) {
  const WatchRecord& record = port.record;
  const auto found = record.hops().find(ttl);
  if (found == record.hops().end()) return {"This hop was not asked."};
  const HopRecord& hop = found->second;
  std::vector<std::string> lines;
  for (const HopRecord::Share& share : hop.addresses()) {
    const std::string network = network_text(share.address, screen.networks);
    lines.push_back(fmt::format("  {} {} {}  {} answers", share.address.text(),
                                screen.names.of(share.address).value_or(""), network,
                                share.answers));
  }
  lines.push_back(figures_line("last 100", hop.window()));
  lines.push_back(figures_line("all", hop.total()));
  if (record.limits(ttl)) lines.push_back("  It limits or loses its own answers.");
  if (!record.latest()) return lines;
  for (const Hop& one : record.latest()->hops) {
    if (one.ttl.value != ttl) continue;
    for (const ProbeRecord& probe : one.probes) add_answers(probe, lines);
  }
  for (const Finding& finding : record.latest()->diagnosis.findings) {
    if (finding.at.ttl && finding.at.ttl->value == ttl) {
      lines.push_back("  " + text(finding, screen.names));
    }
  }
  for (const WatchWords& event : screen.events) {
    constexpr std::size_t until_fraction = 19;
    if (!is_about(event, ttl, port)) continue;
    lines.push_back(
        fmt::format("  {} {}", timestamp(event.at).substr(0, until_fraction), event.text));
  }
  return lines;
}

}  // namespace tracetcp
