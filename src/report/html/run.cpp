#include "report/html/outlook.hpp"
#include "report/html/sections.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace tracetcp::html {
namespace {

void add_entry(Markup& to, std::string_view what, const std::string& value) {
  if (!value.empty()) to << "<dt>" << what << "</dt><dd>" << value << "</dd>";
}

/// From the first SYN of all traces to the end of the last.
void add_moments(Markup& to, const Page& page) {
  if (page.traces.empty()) return;
  TimePoint first = page.traces.front().trace.started;
  TimePoint last = page.traces.front().trace.ended;
  for (const PageTrace& one : page.traces) {
    first = std::min(first, one.trace.started);
    last = std::max(last, one.trace.ended);
  }
  const double seconds = std::chrono::duration<double>(last - first).count();
  add_entry(to, "When", fmt::format("{}, {:.1f} s", readable_time(first), seconds));
}

/// Where a live run starts from.
std::string source_text(const RunInfo& run) {
  std::string text = run.source.address.text();
  if (run.source.port.value != 0) text += fmt::format(", port {}", run.source.port.value);
  if (!run.interface.empty()) text += ", interface " + run.interface;
  return text;
}

std::string source_text(const Page& page) {
  if (page.traces.empty()) return "";
  const Endpoint source = page.traces.front().source;
  for (const PageTrace& one : page.traces) {
    if (one.source.address != source.address) return "several addresses";
  }
  return source_text(RunInfo{.interface = page.run.interface, .source = source});
}

/// What the runs of a page have each: its source, its method, its limits.
void add_each_run(Markup& to, const Page& page) {
  if (!page.ipv6_run) {
    add_entry(to, "From", source_text(page));
    add_entry(to, "Read from", page.capture);
    add_entry(to, "Method", page.capture.empty() ? page.run.method : "");
    return;
  }
  for (const RunInfo* run : {&page.run, &*page.ipv6_run}) {
    add_entry(to, "From", source_text(*run));
    add_entry(to, "Method",
              fmt::format("{}, over {}", run->method, name(run->source.address.family())));
  }
}

/// Those that both runs have stand there once.
void add_limits(Markup& to, const Page& page) {
  for (const std::string& limit : page.run.limits) add_entry(to, "Limit", limit);
  if (!page.ipv6_run) return;
  for (const std::string& limit : page.ipv6_run->limits) {
    const auto& known = page.run.limits;
    if (std::find(known.begin(), known.end(), limit) == known.end()) add_entry(to, "Limit", limit);
  }
}

std::string syns_text(const Page& page) {
  const bool has_own_controls =
      std::any_of(page.traces.begin(), page.traces.end(),
                  [](const PageTrace& one) { return one.trace.control != nullptr; });
  std::uint64_t count = 0;
  for (const PageTrace& one : page.traces) {
    const bool is_counted_already = one.is_control && has_own_controls;
    if (!is_counted_already) count += one.trace.syns_sent;
  }
  return page.more_traces > 0 ? "" : std::to_string(count);
}

std::string ignored_text(const Tally& ignored) {
  std::string text;
  ignored.each([&](Reason reason, std::uint64_t count) {
    text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", name(reason), count);
  });
  return text;
}

std::string losses_text(const LinkStats& stats) {
  const std::uint64_t lost = stats.kernel_dropped + stats.queue_dropped;
  if (lost == 0) return "";
  return fmt::format("{} packets; answers may be missing", lost);
}

void add_recording(Markup& to, const Page& page) {
  if (page.recording.empty()) return;
  to << "<dt>Capture</dt><dd><a download=\"" << page.recording_name
     << "\" href=\"data:application/vnd.tcpdump.pcap;base64,";
  to.add_verbatim(base64(page.recording));
  to << "\">" << page.recording_name << "</a>, all packets of this run, " << page.recording.size()
     << " bytes</dd>";
}

}  // namespace

void add_run(Markup& to, const Source& from) {
  const Page& page = from.page;
  to << "<section id=\"run\"><h2>This run</h2><dl class=\"run\">";
  if (!page.command.empty()) {
    to << "<dt>Command</dt><dd><code>" << page.command << "</code></dd>";
  }
  add_moments(to, page);
  add_each_run(to, page);
  add_entry(to, "SYNs sent", syns_text(page));
  add_entry(to, "Seed", page.seed);
  add_limits(to, page);
  add_entry(to, "Packets ignored", ignored_text(page.counts.ignored));
  add_entry(to, "Lost by the capture", losses_text(page.counts.link));
  add_entry(to, "Version", page.version);
  add_recording(to, page);
  to << "</dl>";
  if (!page.summaries.empty()) {
    to << "<h3>Beside the traces</h3><ul>";
    constexpr std::size_t most = 100;
    for (std::size_t i = 0; i < std::min(most, page.summaries.size()); ++i) {
      to << "<li>" << sentence(page.summaries[i]) << "</li>";
    }
    to << "</ul>";
    if (page.summaries.size() > most) {
      to << "<p class=\"left-out\">" << page.summaries.size() - most << " more are left out.</p>";
    }
  }
  to << "</section>";
}

}  // namespace tracetcp::html
