#include "cli/read_back.hpp"

#include "cli/output.hpp"
#include "cli/reading_thread.hpp"
#include "cli/reporting_thread.hpp"
#include "cli/status.hpp"
#include "platform/confine.hpp"
#include "read/collector.hpp"
#include "savefile/reader.hpp"

#include <tracetcp/dns.hpp>

#include <fmt/core.h>

#include <cstdio>

namespace tracetcp {
namespace {

Selection selection_of(const Options& options) {
  Selection selection{.all_paths = options.all_paths};
  if (!options.host.empty()) {
    selection.target = Address::parse(options.host);
    if (!selection.target) selection.target = resolve_host(options.host);
  }
  if (options.ports_given) {
    selection.first_port = options.first_port;
    selection.last_port = options.last_port;
  }
  return selection;
}

void complain(const std::string& message) {
  std::fprintf(stderr, "tracetcp: %s\n", message.c_str());
}

}  // namespace

/// One thread reads and decodes, this one sorts the packets to traces, a third one diagnoses and
/// prints: a third of the time each.
int report_capture(const Options& options) {
  const bool asks_dns =
      options.look_up_names || !(options.host.empty() || Address::parse(options.host));
  confine({.sockets = asks_dns});  // before anything is read, from the file or from a name server
  SavefileReader reader(options.read_file);
  const Waker wake;
  CaptureReports reports(options, wake);
  // What comes through a pipe is reported as soon as it is there, which leaves time enough.
  const auto threading = options.read_file == "-" ? Threading::at_once : Threading::beside;
  ReportingThread reporting(threading, reports, wake);
  RunCounts counts;
  Collector collector(selection_of(options), [&](std::list<Found>& one) {
    counts.ignored = collector.ignored();
    reporting.take(one, counts);
  });
  ReadingThread reading(threading, reader);
  for (; const auto* read = reading.next(); ++counts.link.captured) {
    collector.take(read->decoded, read->time);
    reporting.tick();
  }
  collector.finish();
  counts.ignored = collector.ignored();
  reporting.finish(counts);
  finish_output();

  if (options.verbose) {
    counts.ignored.each([](Reason reason, std::uint64_t count) {
      fmt::print(stderr, "ignored {}: {}\n", name(reason), count);
    });
  }
  if (!reader.damage().empty()) complain(reader.damage());
  if (!reports.found_any()) {
    complain(fmt::format("no trace{} in {}: {} frames without such SYNs",
                         options.host.empty() ? "" : " to " + options.host, options.read_file,
                         counts.link.captured));
  }
  const bool failed = !reader.damage().empty() || !reports.found_any();
  return graver(failed ? failed_status : 0, reports.as_expected() ? 0 : unexpected_status);
}

}  // namespace tracetcp
