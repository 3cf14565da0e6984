#include "cli/program.hpp"

#include "cli/full_screen.hpp"
#include "cli/network_database.hpp"
#include "cli/open_ports.hpp"
#include "cli/printer.hpp"
#include "cli/report_output.hpp"
#include "cli/reset_rows.hpp"
#include "cli/run_info.hpp"
#include "cli/scan_program.hpp"
#include "cli/status.hpp"
#include "cli/watch_live.hpp"
#include "cli/watch_program.hpp"
#include "drive/wait_for.hpp"
#include "metrics/metrics_server.hpp"
#include "platform/interrupt.hpp"
#include "platform/output.hpp"
#include "platform/privileges.hpp"
#include "session/all_of.hpp"
#include "session/forwarding.hpp"
#include "session/kept_trace.hpp"
#include "session/own_control.hpp"
#include "session/run_diagnosis.hpp"
#include "session/watched_prober.hpp"

#include <tracetcp/engine.hpp>
#include <tracetcp/error.hpp>
#include <tracetcp/sentences.hpp>

#include <fmt/core.h>

#include <optional>
#include <utility>

namespace tracetcp::cli {
namespace {

/// Puts the diagnosis between the run and its printer.
class Diagnosing final : public Forwarding {
 public:
  /// `compares`: a trace that ended by itself is kept until hand_on(). `in_table`: what is shown
  /// waits for the diagnosis, for which other ports are compared with.
  Diagnosing(Observer& shown, RunDiagnosis& diagnosis, bool compares, bool in_table)
      : Forwarding(shown), diagnosis_(diagnosis), compares_(compares), in_table_(in_table) {}

  void finished(const Trace& trace) override {
    if (in_table_) to().answered(trace);
    if (!compares_ || trace.cut_short()) {
      diagnosis_.take(trace);
      return;
    }
    kept_ = trace;
    // Only a RST may turn out to be another answer than it says.
    if (trace.verdict.state != State::closed) to().answered(trace);
  }

  [[nodiscard]] Trace* kept() { return kept_ ? &*kept_ : nullptr; }
  void hand_on() {
    if (kept_) diagnosis_.take(*std::exchange(kept_, std::nullopt));
  }

 private:
  RunDiagnosis& diagnosis_;
  const bool compares_;
  const bool in_table_;
  std::optional<Trace> kept_;
};

/// For --verbose: writes the details of each trace to standard error, behind its report.
class Detailing final : public Forwarding {
 public:
  Detailing(Observer& shown, bool is_verbose) : Forwarding(shown), is_verbose_(is_verbose) {}

  void finished(const Trace& trace) override {
    to().finished(trace);
    if (is_verbose_) write_error(details(trace));
  }

 private:
  const bool is_verbose_;
};

/// Text of traces one by one is printed as soon as it is known, so what follows from the comparison
/// of ports comes last. JSON has all of a trace in one place, and a table has its verdict.
RunDiagnosis::Tell how_to_tell(const Options& options, bool in_table) {
  const bool at_once = options.format != Format::json && !in_table && options.ports.size() > 1;
  return at_once ? RunDiagnosis::Tell::together : RunDiagnosis::Tell::each;
}

/// Every line of condensed text is one of its own, for scripts; they ask for more.
bool tells_findings(const Options& options) {
  return options.format != Format::condensed || options.verbose || options.control_port ||
         options.expected;
}

/// What can't be seen in the report.
std::string counts_text(const OpenedSession& session, const RunCounts& counts) {
  const Port port = session.source_ports.first;
  std::string text =
      fmt::format("method {}, source {}:{}, interface {}, seed {}\n", session.method,
                  session.source.text(), port.value == 0 ? "*" : std::to_string(port.value),
                  session.interface.empty() ? "none" : session.interface, session.seed);
  if (!session.unconfined.empty()) {
    text += fmt::format("system calls are not filtered: {}\n", session.unconfined);
  }
  text += fmt::format("captured {}, dropped by the kernel {}, by the queue {}\n",
                      counts.link.captured, counts.link.kernel_dropped, counts.link.queue_dropped);
  counts.ignored.each([&](Reason reason, std::uint64_t count) {
    text += fmt::format("ignored {}: {}\n", name(reason), count);
  });
  return text;
}

/// Throws NotSeenLeaving while nothing is printed.
int trace_by_method(OpenedSession& session, ReportFiles& files, const Options& options,
                    const RunAround& around) {
  const std::function<bool()>& interrupted = around.interrupted;
  const RunInfo info = info_of(session, options, files.networks.get());
  if (options.watch) return watch_in(session, files.has_screen, options, info, interrupted);
  const bool compares = options.expected || options.control_port;
  if (options.scan && !compares && session.link != nullptr) {
    return scan_in(session, files.page.get(), options, info, interrupted);
  }
  ReportOutput output(options, info, *session.names, around.write);

  const WatchedProber prober(session, options.tag_mode);
  const Strategy strategy = strategy_in(session, options.strategy);
  Tally late;
  Printer printer({.report = output.report(),
                   .names = *session.names,
                   .header_has_name = info.target_name.empty(),
                   .counts = [&] { return counts_of(*prober, late); },
                   .write = [&](const std::string& text) { output.print(text); }});
  OpenPorts open_ports(printer);
  Observer& shown = output.before(options.only_open ? static_cast<Observer&>(open_ports) : printer);
  std::vector<Meanwhile*> all{&printer};
  if (output.meanwhile() != nullptr) all.push_back(output.meanwhile());
  AllOf meanwhile(std::move(all));
  Unheard unheard(meanwhile);
  PageTraces page(files.page != nullptr || around.ended);
  const auto tell_findings = how_to_tell(options, output.has_table());
  // With paths each answer has its own row.
  const bool holds_resets = tell_findings == RunDiagnosis::Tell::together && !options.all_paths;
  Detailing detailing(shown, options.verbose);
  ResetRows reset_rows(detailing);
  Observer& reported = holds_resets ? static_cast<Observer&>(reset_rows) : detailing;
  FindingLines of_table;
  RunDiagnosis diagnosis(tell_findings, options.ports.size(), options.expected, [&](Trace& trace) {
    if (output.has_table()) of_table.add(trace.target.port, trace.diagnosis);
    page.take(trace, info.source);
    reported.finished(trace);
    if (files.baseline != nullptr) files.baseline->take(trace, info);
  });
  Outcome outcome;
  outcome.attempt([&] {
    const auto trace_control = [&](Port port) {
      output.announce(fmt::format("tracing port {} to compare", port.value));
      KeptTrace control([&](const Trace& trace) {
        diagnosis.add_control(trace);
        page.take_control(trace, info.source);
      });
      prober.watch(control, &unheard, [&](Observer& observer, Meanwhile* beside) {
        run(*prober, strategy, {session.target, PortList(port)}, observer, interrupted, late,
            beside);
      });
    };
    if (options.control_port) trace_control(*options.control_port);
    // Interrupted by now, it is reported as a trace of which nothing is known.
    const Job job{.target = session.target, .ports = options.ports};
    Diagnosing observer(reported, diagnosis, options.compares_by_itself, output.has_table());
    try {
      prober.watch(observer, &meanwhile, [&](Observer& watched, Meanwhile* beside) {
        if (options.all_paths) {
          run_paths(*prober, strategy, job, info.source, watched, interrupted, late, beside);
        } else {
          run(*prober, strategy, job, watched, interrupted, late, beside);
        }
      });
      wait_for(meanwhile, *prober, interrupted);
      if (Trace* kept = observer.kept()) {
        output.announce("comparing with another port");
        OwnControl({.prober = *prober,
                    .strategy = strategy,
                    .source = info.source,
                    .meanwhile = unheard,
                    .diagnosis = diagnosis,
                    .page = page,
                    .interrupted = interrupted,
                    .late = late})
            .compare(*kept);
      }
    } catch (const Error&) {
      observer.hand_on();
      throw;
    }
    observer.hand_on();
  });
  outcome.attempt([&] {
    diagnosis.finish();
    reset_rows.flush();
    printer.flush();
    output.close();
    if (!tells_findings(options)) return;
    for (const std::string& line : diagnosis.lines()) output.print_line(line);
    for (const std::string& line : of_table.lines()) output.print_line(line);
  });
  if (files.baseline != nullptr && !interrupted()) {
    outcome.attempt([&] { outcome.add(files.baseline->report(options.format)); });
  }
  if (options.verbose) tell(session, counts_of(*prober, late));
  outcome.attempt([&] {
    if (session.recording != nullptr) session.recording->finish();
  });
  outcome.attempt([&] {
    page.diagnose(tell_findings == RunDiagnosis::Tell::each ? PageTraces::Missing::of_controls
                                                            : PageTraces::Missing::of_all);
    if (around.ended) {
      around.ended({.info = info, .traces = std::move(page), .counts = counts_of(*prober, late)});
    } else {
      write_page(files.page.get(), session, options, info, page, counts_of(*prober, late),
                 interrupted());
    }
  });
  if (!diagnosis.as_expected()) {
    write_error("tracetcp: " + diagnosis.unexpected() + '\n');
    outcome.add(unexpected_status);
  }
  if (!diagnosis.all_known()) outcome.add(failed_status);
  const int status = outcome.conclude();
  return interrupted() ? graver(status, interrupted_status) : status;
}

}  // namespace

void tell(const OpenedSession& session, const RunCounts& counts) {
  write_error(counts_text(session, counts));
}

void write_page(PageFile* file, const OpenedSession& session, const Options& options,
                const RunInfo& info, PageTraces& traces, const RunCounts& counts,
                bool is_interrupted) {
  if (file == nullptr) return;
  Page page = page_for(options, info);
  page.seed = std::to_string(session.seed);
  page.counts = counts;
  page.interrupted = is_interrupted;
  traces.hand_on(page, true);
  file->write(std::move(page), *session.names);
}

void ReportFiles::open(std::vector<std::string>& passed_over) {
  if (options_.metrics) {
    const std::string why_not = why_no_metrics();
    if (!why_not.empty()) throw Error(fmt::format("--metrics cannot serve any: {}", why_not));
  }
  networks = open_networks(options_, passed_over);
  page = open_page(options_);
  if (wants_screen(options_)) {
    const std::string why_not = prepare_full_screen();
    has_screen = why_not.empty();
    if (!has_screen) write_error(fmt::format("tracetcp: {}; a line for each change\n", why_not));
  }
  if (options_.junit_file.empty()) return;
  try {
    const AsCaller caller;
    junit = std::make_unique<ReportFile>(options_.junit_file, options_.overwrite);
  } catch (const Error&) {
    discard();
    throw;
  }
}

void ReportFiles::recorded_to(const std::string& file) {
  if (page == nullptr) return;
  const AsCaller caller;
  page->embed(file);
}

void ReportFiles::discard() {
  if (page != nullptr) page->discard();
}

namespace {

/// The path is that of the baseline where the flow is: its source port is taken if it is free.
OpenedSession open_as_before(Options& options, const Waker& waker, ReportFiles& files) {
  const bool has_one_flow = options.method != Method::connect && options.tag_mode != TagMode::port;
  const auto port = files.baseline != nullptr && !options.source_port && has_one_flow
                        ? files.baseline->source_port()
                        : std::nullopt;
  if (!port) return open_session(options, waker, files);
  options.source_port = port;
  try {
    return open_session(options, waker, files);
  } catch (const Error&) {
    options.source_port.reset();
    return open_session(options, waker, files);
  }
}

}  // namespace

int trace(const Options& asked) {
  Options options = asked;
  options.sets_terminal = wants_screen(options);
  ReportFiles files(options);
  const Waker waker;
  const Interrupt interrupt(waker);
  std::optional<OpenedSession> session;
  try {
    if (!options.baseline_file.empty()) {
      files.baseline = std::make_unique<Baseline>(options.baseline_file);
    }
    session = open_as_before(options, waker, files);
  } catch (const Error&) {
    // What was under way when the signal came, such as a look-up, fails for that reason alone.
    if (Interrupt::requested()) return interrupted_status;
    throw;
  }
  return trace_in(*session, files, options, {.interrupted = Interrupt::requested});
}

int trace_in(OpenedSession& session, ReportFiles& files, const Options& options,
             const RunAround& around) {
  if (options.verbose) {
    for (const std::string& line : session.passed_over) write_error(line + '\n');
  }
  try {
    return trace_by_method(session, files, options, around);
  } catch (const NotSeenLeaving&) {
    session.use_sockets(session);
    return trace_by_method(session, files, options, around);
  }
}

}  // namespace tracetcp::cli
