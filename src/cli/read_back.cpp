#include "cli/read_back.hpp"

#include "capture/pipeline.hpp"
#include "cli/capture_reports.hpp"
#include "cli/network_database.hpp"
#include "cli/page_file.hpp"
#include "cli/status.hpp"
#include "platform/confine.hpp"
#include "platform/files.hpp"
#include "platform/interrupt.hpp"
#include "platform/output.hpp"
#include "savefile/link_type_name.hpp"

#include <tracetcp/dns.hpp>
#include <tracetcp/error.hpp>

#include <fmt/core.h>

#include <cstdio>
#include <map>
#include <string>
#include <vector>

namespace tracetcp::cli {
namespace {

Selection selection_of(const Options& options) {
  Selection selection{.all_paths = options.all_paths};
  if (!options.host.empty()) {
    selection.targets = resolve_host(options.host, options.family);
  }
  if (options.ports_given) selection.ports = options.ports;
  return selection;
}

void complain(const std::string& message) {
  std::fprintf(stderr, "tracetcp: %s\n", message.c_str());
}

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
  CapturePipeline pipeline(options.read_file, interrupted);
  CaptureReports reports(options, pipeline.is_live(), pipeline.has_controls(), networks,
                         pipeline.wake());
  const CaptureRead read = pipeline.run(selection_of(options), reports);
  finish_output();
  if (page != nullptr) {
    if (pipeline.is_own() && !pipeline.is_live()) page->embed(options.read_file);
    reports.write_page(*page, read.summaries, read.is_cut_off);
  }

  if (options.verbose) {
    read.counts.ignored.each([](Reason reason, std::uint64_t count) {
      fmt::print(stderr, "ignored {}: {}\n", name(reason), count);
    });
  }
  complain_of_link_types(options.read_file, read.unknown_link_types);
  const bool is_damaged = !read.is_cut_off && !read.damage.empty();
  if (is_damaged) complain(read.damage);
  // What is expected is expected of traces.
  const bool is_missing =
      !reports.found_any() && (read.summaries.empty() || options.expected.has_value());
  if (is_missing) {
    complain(fmt::format("no trace{} in {}: {} frames without such SYNs",
                         options.host.empty() ? "" : " to " + options.host, options.read_file,
                         read.counts.link.captured));
  }
  if (!reports.as_expected()) complain(reports.unexpected());
  const int status = graver(is_damaged || is_missing ? failed_status : 0,
                            reports.as_expected() ? 0 : unexpected_status);
  return graver(status, read.is_cut_off ? interrupted_status : 0);
}

}  // namespace

int report_capture(const Options& options) {
  const bool asks_dns =
      options.look_up_names || !(options.host.empty() || Address::parse(options.host));
  // A capture that is not there leaves no page behind.
  const bool is_there = options.read_file == "-" || is_readable(options.read_file);
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

}  // namespace tracetcp::cli
