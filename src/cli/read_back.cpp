#include "cli/read_back.hpp"

#include "cli/output.hpp"
#include "cli/program.hpp"
#include "cli/run_diagnosis.hpp"
#include "platform/privileges.hpp"
#include "platform/sandbox.hpp"
#include "savefile/reader.hpp"

#include <tracetcp/dns.hpp>
#include <tracetcp/reading.hpp>

#include <fmt/format.h>

#include <cstdio>
#include <deque>

namespace tracetcp {
namespace {

Selection selection_of(const Options& options) {
  Selection selection;
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

void print(const Trace& trace, const Endpoint& source, const Options& options,
           const RunCounts& counts) {
  const NoNames no_names;
  const RunInfo info{.target_name = Address::parse(options.host) ? "" : options.host,
                     .method = "capture",
                     .source = source,
                     .max_hops = static_cast<int>(trace.hops.size()),
                     .precise = options.precise};
  const auto report = report_for(options.format, info, no_names);
  std::string text = report->begin(trace);
  for (const Hop& hop : trace.path()) text += report->hop(trace, hop);
  write_out(text + report->end(trace, counts));
  if (options.verbose) fmt::print(stderr, "{}", details(trace));
}

void complain(const std::string& message) {
  std::fprintf(stderr, "tracetcp: %s\n", message.c_str());
}

}  // namespace

int report_capture(const Options& options) {
  drop_privileges();
  enter_sandbox();
  SavefileReader reader(options.read_file);
  std::uint64_t frames = 0;
  bool found_any = false;
  TraceFinder* source = nullptr;
  std::deque<Endpoint> sources;  // of the traces that the diagnosis has not handed on yet
  constexpr std::size_t unknown = 0;
  RunDiagnosis diagnosis(RunDiagnosis::Tell::each, unknown, options.expected,
                         [&](const Trace& trace) {
                           print(trace, sources.front(), options,
                                 {.ignored = source->ignored(), .link = {.captured = frames}});
                           sources.pop_front();
                         });
  TraceFinder finder(selection_of(options), [&](const FoundTrace& found) {
    found_any = true;
    sources.push_back(found.source);
    diagnosis.take(found.trace);
  });
  source = &finder;
  for (Frame frame; reader.next(frame); ++frames) finder.take(frame);
  finder.finish();
  diagnosis.finish();

  if (options.verbose) {
    finder.ignored().each([](Reason reason, std::uint64_t count) {
      fmt::print(stderr, "ignored {}: {}\n", name(reason), count);
    });
  }
  if (!reader.damage().empty()) complain(reader.damage());
  if (!found_any) {
    complain(fmt::format("no trace{} in {}: {} frames without such SYNs",
                         options.host.empty() ? "" : " to " + options.host, options.read_file,
                         frames));
  }
  if (!reader.damage().empty() || !found_any) return 1;
  return diagnosis.as_expected() ? 0 : unexpected_status;
}

}  // namespace tracetcp
