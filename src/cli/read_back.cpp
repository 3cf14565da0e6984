#include "cli/read_back.hpp"

#include "cli/input_wait.hpp"
#include "cli/network_database.hpp"
#include "cli/output.hpp"
#include "cli/page_file.hpp"
#include "cli/reading_thread.hpp"
#include "cli/reporting_thread.hpp"
#include "cli/status.hpp"
#include "platform/confine.hpp"
#include "platform/interrupt.hpp"
#include "platform/real_time.hpp"
#include "read/collector.hpp"
#include "savefile/link_type_name.hpp"
#include "savefile/reader.hpp"

#include <tracetcp/dns.hpp>
#include <tracetcp/error.hpp>

#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace tracetcp {
namespace {

Selection selection_of(const Options& options) {
  Selection selection{.all_paths = options.all_paths};
  if (!options.host.empty()) {
    selection.targets = resolve_host(options.host);
  }
  if (options.ports_given) selection.ports = options.ports;
  return selection;
}

void complain(const std::string& message) {
  std::fprintf(stderr, "tracetcp: %s\n", message.c_str());
}

/// Not what is written at this moment: a pipe, a terminal, a device.
bool is_on_a_disk(const std::string& path) {
  struct stat status {};
  return path != "-" && stat(path.c_str(), &status) == 0 && !S_ISFIFO(status.st_mode) &&
         !S_ISCHR(status.st_mode) && !S_ISSOCK(status.st_mode);
}

/// The capture's own time: that of the last frame, and what has passed since nothing more came.
class CaptureClock {
 public:
  void at(TimePoint newest) { newest_ = newest; }
  void stalls() {
    if (stalled_at_ == newest_) return;
    stalled_at_ = newest_;
    since_ = clock_.now();
  }
  [[nodiscard]] TimePoint now() const {
    return stalled_at_ == newest_ ? newest_ + (clock_.now() - since_) : newest_;
  }

 private:
  const SteadyRealTime clock_;
  TimePoint newest_{};
  TimePoint stalled_at_ = never;
  TimePoint since_{};
};

void complain_of_link_types(const std::string& file,
                            const std::map<LinkType, std::uint64_t>& unknown) {
  for (const auto& [type, frames] : unknown) {
    complain(fmt::format(
        "{}: {} frames of link type {} can't be read; capture on an interface with Ethernet, "
        "Wi-Fi or IP frames, or let Wireshark export the IP packets in them",
        file, frames, name_of_link_type(type)));
  }
}

int report(const Options& options, const Waker& interrupted, const Networks* networks,
           PageFile* page) {
  const bool live = !is_on_a_disk(options.read_file);
  InputWait wait(interrupted);
  SavefileReader reader(options.read_file, std::ref(wait));
  const Waker wake;
  CaptureReports reports(options, live, reader.has_controls(), networks, wake);
  ReportingThread reporting(Threading::beside, reports, wake);
  RunCounts counts;
  Selection selection = selection_of(options);
  selection.all_are_traces = reader.is_own();
  Collector collector(selection, [&](std::list<Found>& one) {
    counts.ignored = collector.ignored();
    reporting.take(one, counts);
  });
  CaptureClock clock;
  ReadingThread reading(Threading::beside, reader, live ? &wait : nullptr, [&] {
    if (!live) return;
    clock.stalls();
    reporting.hand_on();
  });
  for (; const auto* read = reading.next(); ++counts.link.captured) {
    collector.take(read->decoded, read->time);
    clock.at(read->time);
  }
  const bool is_cut_off = Interrupt::requested();
  // Had Ctrl-C not ended the reading, replies to the last SYNs might have come.
  constexpr Duration longest_wait = std::chrono::seconds(4);  // of most tools
  collector.finish(is_cut_off ? clock.now() - longest_wait : never);
  counts.ignored = collector.ignored();
  const std::vector<Summary> summaries = collector.summaries();
  reporting.finish(counts, summaries);
  finish_output();
  if (page != nullptr) {
    if (reader.is_own() && !live) page->embed(options.read_file);
    reports.write_page(*page, summaries, is_cut_off);
  }

  if (options.verbose) {
    counts.ignored.each([](Reason reason, std::uint64_t count) {
      fmt::print(stderr, "ignored {}: {}\n", name(reason), count);
    });
  }
  complain_of_link_types(options.read_file, reading.unknown_link_types());
  const bool is_damaged = !is_cut_off && !reader.damage().empty();
  if (is_damaged) complain(reader.damage());
  // What is expected is expected of traces.
  const bool is_missing =
      !reports.found_any() && (summaries.empty() || options.expected.has_value());
  if (is_missing) {
    complain(fmt::format("no trace{} in {}: {} frames without such SYNs",
                         options.host.empty() ? "" : " to " + options.host, options.read_file,
                         counts.link.captured));
  }
  if (!reports.as_expected()) complain(reports.unexpected());
  const int status = graver(is_damaged || is_missing ? failed_status : 0,
                            reports.as_expected() ? 0 : unexpected_status);
  return graver(status, is_cut_off ? interrupted_status : 0);
}

}  // namespace

/// One thread reads and decodes, this one sorts the packets to traces, a third one diagnoses and
/// prints: a third of the time each.
int report_capture(const Options& options) {
  const bool asks_dns =
      options.look_up_names || !(options.host.empty() || Address::parse_ipv4(options.host));
  // A capture that is not there leaves no page behind.
  const bool is_there = options.read_file == "-" || access(options.read_file.c_str(), R_OK) == 0;
  std::vector<std::string> passed_over;
  const auto networks = open_networks(options, passed_over);
  const auto page = is_there ? open_page(options) : nullptr;
  if (options.verbose) {
    for (const std::string& line : passed_over) write_error(line + '\n');
  }
  confine({.sockets = asks_dns});  // before anything is read, from the file or from a name server
  const Waker interrupted;
  const Interrupt interrupt(interrupted);
  try {
    return report(options, interrupted, networks.get(), page.get());
  } catch (const Error&) {
    if (Interrupt::requested()) return interrupted_status;  // while it waited for the beginning
    throw;
  }
}

}  // namespace tracetcp
