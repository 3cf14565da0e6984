#include "cli/capture_reports.hpp"

#include "session/own_control.hpp"
#include "tracer/judge.hpp"

#include <tracetcp/dns.hpp>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace tracetcp::cli {
namespace {

constexpr std::size_t unknown_count = 0;

std::unique_ptr<Names> names_for(const Options& options, const Waker& wake) {
  if (!options.look_up_names) return std::make_unique<NoNames>();
  return dns_names([&wake] { wake.notify(); });
}

/// What came once the next trace had begun was late in the run.
void drop_late_replies(Trace& trace, TimePoint from) {
  std::size_t dropped = 0;
  for (Hop& hop : trace.hops) {
    for (ProbeRecord& probe : hop.probes) {
      dropped += std::erase_if(probe.replies, [&](const Reply& reply) {
        return reply.rtt && probe.sent + *reply.rtt > from;
      });
    }
  }
  if (dropped != 0) conclude(trace);
}

}  // namespace

CaptureReports::CaptureReports(const Options& options, bool live, bool with_controls,
                               const Networks* networks, const Waker& wake)
    : options_(options),
      networks_(networks),
      with_controls_(with_controls),
      output_(options, live, networks),
      page_(!options.html_file.empty()),
      names_(names_for(options, wake)),
      pending_({.names = *names_,
                .header_has_name = !output_.shows_target_name(),
                .now = [this] { return clock_.now(); },
                .wait =
                    [this, &wake](TimePoint until) {
                      wait_notified(wake, until, clock_);
                      wake.drain();
                    },
                .print =
                    [this](const FoundTrace& found, const RunCounts& counts) {
                      output_.print(found.trace, found.source, counts, *names_);
                    }}),
      diagnosis_(RunDiagnosis::Tell::each, unknown_count, options.expected,
                 [this](Trace& trace) { print(trace); }) {}

void CaptureReports::take(TraceAssembly& found, const RunCounts& counts) {
  found_any_ = true;
  counts_ = counts;
  FoundTrace one = found.trace(options_.all_paths, spare_);
  if (with_controls_) {
    compared_.push_back(std::move(one));
    return;
  }
  sources_.push_back(one.source);
  diagnosis_.take(std::move(one.trace));
}

void CaptureReports::finish_compared() {
  // Runs over both families were side by side.
  const auto ipv6 = std::stable_partition(
      compared_.begin(), compared_.end(),
      [](const FoundTrace& found) { return found.trace.target.address.family() == Family::ipv4; });
  const std::array<std::span<FoundTrace>, 2> runs{
      {{compared_.begin(), ipv6}, {ipv6, compared_.end()}}};
  // The diagnosis wants all controls first.
  for (const auto& run : runs) compare_with_first(run);
  for (const auto& run : runs) {
    if (run.empty()) continue;
    sources_.push_back(run.front().source);
    diagnosis_.take(std::move(run.front().trace));
  }
}

void CaptureReports::compare_with_first(std::span<FoundTrace> run) {
  if (run.empty()) return;
  for (std::size_t i = 0; i + 1 < run.size(); ++i) {
    drop_late_replies(run[i].trace, run[i + 1].trace.started);
  }
  FoundTrace& first = run.front();
  for (FoundTrace& other : run.subspan(1)) {
    Trace& control = other.trace;
    if (control.target.address != first.trace.target.address) continue;
    first.trace.syns_sent += control.syns_sent;
    add_control(first.trace, control, diagnosis_);
  }
}

void CaptureReports::print(Trace& diagnosed) {
  page_.take(diagnosed, sources_.front());
  if (options_.look_up_names) {
    pending_.add({.trace = std::move(diagnosed), .source = sources_.front()}, counts_);
  } else {
    output_.print(diagnosed, sources_.front(), counts_, *names_);
    spare_.keep(std::move(diagnosed));
  }
  sources_.pop_front();
}

void CaptureReports::finish(const RunCounts& counts, const std::vector<Summary>& summaries) {
  counts_ = counts;
  finish_compared();
  diagnosis_.finish();
  pending_.finish();
  output_.finish(summaries);
}

void CaptureReports::write_page(PageFile& file, const std::vector<Summary>& summaries,
                                bool is_interrupted) {
  Page page = page_for(options_, {.target_name = Address::parse(options_.host) ? "" : options_.host,
                                  .method = "capture",
                                  .all_paths = options_.all_paths,
                                  .networks = networks_});
  page.counts = counts_;
  page.summaries = summaries;
  page.interrupted = is_interrupted;
  page_.hand_on(page, false);
  file.write(std::move(page), *names_);
}

}  // namespace tracetcp::cli
