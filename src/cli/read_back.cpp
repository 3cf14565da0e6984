#include "cli/read_back.hpp"

#include "cli/matrix_tables.hpp"
#include "cli/output.hpp"
#include "cli/pending_reports.hpp"
#include "cli/program.hpp"
#include "cli/run_diagnosis.hpp"
#include "platform/privileges.hpp"
#include "platform/real_time.hpp"
#include "platform/sandbox.hpp"
#include "platform/waker.hpp"
#include "savefile/reader.hpp"

#include <tracetcp/dns.hpp>
#include <tracetcp/reading.hpp>

#include <fmt/format.h>

#include <cstdio>
#include <deque>
#include <memory>
#include <utility>

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

/// Gathers the reports to write them in large pieces, but for those on what comes through a pipe.
class Output {
 public:
  explicit Output(const Options& options)
      : options_(options),
        target_name_(Address::parse(options.host) ? "" : options.host),
        matrix_(target_name_),
        large_(options.read_file == "-" ? 0 : std::size_t{1} << 16) {}

  void print(const Trace& trace, const Endpoint& source, const RunCounts& counts,
             const Names& names) {
    if (options_.format == Format::matrix) {
      matrix_.add(text_, trace, counts);
    } else {
      add_report(trace, source, counts, names);
    }
    if (text_.size() > large_ || options_.verbose) flush();
    if (options_.verbose) fmt::print(stderr, "{}", details(trace));
  }

  /// There are no more traces.
  void finish() {
    matrix_.finish(text_);
    flush();
  }

  [[nodiscard]] bool shows_target_name() const { return !target_name_.empty(); }

 private:
  void add_report(const Trace& trace, const Endpoint& source, const RunCounts& counts,
                  const Names& names) {
    const RunInfo info{.target_name = target_name_,
                       .method = "capture",
                       .source = source,
                       .max_hops = static_cast<int>(trace.hops.size()),
                       .all_paths = options_.all_paths,
                       .precise = options_.precise};
    const auto report = report_for(options_.format, info, names);
    report->add_begin(text_, trace);
    if (!trace.paths) {  // else they are rows of the end
      for (const Hop& hop : trace.path()) report->add_hop(text_, trace, hop);
    }
    report->add_end(text_, trace, counts);
  }

  void flush() {
    write_out(text_);
    text_.clear();
  }

  const Options& options_;
  const std::string target_name_;
  MatrixTables matrix_;
  const std::size_t large_;  ///< bytes
  std::string text_;
};

void complain(const std::string& message) {
  std::fprintf(stderr, "tracetcp: %s\n", message.c_str());
}

}  // namespace

int report_capture(const Options& options) {
  drop_privileges();  // before anything is read, from the file or from a name server
  enter_sandbox();
  SavefileReader reader(options.read_file);
  Output output(options);
  const Waker answered;
  const SteadyRealTime clock;
  const auto names = options.look_up_names ? dns_names([&] { answered.notify(); })
                                           : std::unique_ptr<Names>(new NoNames);
  PendingReports pending({.names = *names,
                          .header_has_name = !output.shows_target_name(),
                          .now = [&] { return clock.now(); },
                          .wait =
                              [&](TimePoint until) {
                                wait_readable(-1, answered, until, clock);
                                answered.drain();
                              },
                          .print =
                              [&](const FoundTrace& found, const RunCounts& counts) {
                                output.print(found.trace, found.source, counts, *names);
                              }});
  std::uint64_t frames = 0;
  bool found_any = false;
  TraceFinder* source = nullptr;
  std::deque<Endpoint> sources;  // of the traces that the diagnosis has not handed on yet
  constexpr std::size_t unknown = 0;
  RunDiagnosis diagnosis(RunDiagnosis::Tell::each, unknown, options.expected, [&](Trace& trace) {
    const RunCounts counts{.ignored = source->ignored(), .link = {.captured = frames}};
    if (options.look_up_names) {
      pending.add({.trace = std::move(trace), .source = sources.front()}, counts);
    } else {
      output.print(trace, sources.front(), counts, *names);
      source->give_back(std::move(trace));
    }
    sources.pop_front();
  });
  TraceFinder finder(selection_of(options), [&](FoundTrace& found) {
    found_any = true;
    sources.push_back(found.source);
    diagnosis.take(std::move(found.trace));
  });
  source = &finder;
  for (Frame frame; reader.next(frame); ++frames) {
    finder.take(frame);
    pending.tick();
  }
  finder.finish();
  diagnosis.finish();
  pending.finish();
  output.finish();

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
