#include "cli/scan_program.hpp"

#include "cli/all_accepted.hpp"
#include "cli/open_ports.hpp"
#include "cli/printer.hpp"
#include "cli/program.hpp"
#include "cli/progress_line.hpp"
#include "cli/reports.hpp"
#include "cli/status.hpp"
#include "drive/wait_for.hpp"
#include "platform/output.hpp"
#include "platform/terminal.hpp"

#include <tracetcp/error.hpp>
#include <tracetcp/scan.hpp>
#include <tracetcp/sentences.hpp>

#include <fmt/core.h>

#include <utility>

namespace tracetcp::cli {
namespace {

/// The report is written once a step, not port by port, and never into the progress line.
class ScanOutput {
 public:
  explicit ScanOutput(bool has_progress_line) : has_line_(has_progress_line) {}

  void add(const std::string& text) { text_ += text; }

  void step(const ScanProgress& progress) {
    progress_ = progress;
    if (!text_.empty()) flush();
    if (has_line_) line_.show(progress);
  }

  void flush() {
    line_.clear();
    write_out(std::exchange(text_, {}));
  }

  [[nodiscard]] const ScanProgress& progress() const { return progress_; }

 private:
  std::string text_;
  ScanProgress progress_;
  ProgressLine line_{write_error};
  bool has_line_;
};

/// What a text can't say of every port.
void warn_of_losses(const LinkStats& stats) {
  const std::uint64_t lost = stats.kernel_dropped + stats.queue_dropped;
  if (lost == 0) return;
  write_error(fmt::format("tracetcp: the capture lost {} packets; try a lower --rate\n", lost));
}

void tell_of_nat(const std::optional<Translation>& translation) {
  if (!translation) return;
  write_error(fmt::format("tracetcp: this machine's NAT {}\n", text(*translation)));
}

}  // namespace

int scan_in(OpenedSession& session, PageFile* page_file, const Options& options,
            const RunInfo& info, const std::function<bool()>& interrupted) {
  const auto report = report_for(options.format, info, *session.names);
  const bool on_terminal = error_is_terminal() && options.sim_file.empty();
  ScanOutput output(on_terminal);
  RunCounts counts;
  LinkStats stats;
  Printer printer({.report = *report,
                   .names = *session.names,
                   .header_has_name = info.target_name.empty(),
                   .counts = [&] { return counts; },
                   .write = [&](const std::string& text) { output.add(text); }});
  OpenPorts open_ports(printer);
  PageTraces page(page_file != nullptr);
  PageObserver shown(options.only_open ? static_cast<Observer&>(open_ports) : printer, page,
                     info.source);
  AllAccepted all_accepted(shown);
  const auto end_of_step = [&](const ScanProgress& progress) {
    stats = session.link->stats();
    if (options.format == Format::json) counts.link = stats;
    output.step(progress);
  };
  Outcome outcome;
  outcome.attempt([&] {
    scan(*session.link, {session.source, session.source_ports.first, session.seed},
         options.strategy, {.target = session.target, .ports = options.ports}, all_accepted,
         {.interrupted = interrupted,
          .progress = end_of_step,
          .ignored = counts.ignored,
          .why_unsent = session.why_unsent,
          .meanwhile = &printer});
    wait_for(printer, *session.link, interrupted);
  });
  outcome.attempt([&] {
    printer.flush();
    output.add(report->close());
    output.flush();
  });
  warn_of_losses(stats);
  if (options.format != Format::json) tell_of_nat(output.progress().translation);
  const auto accepted = all_accepted.text();
  if (accepted && options.format != Format::json) {
    write_error(fmt::format("tracetcp: {}\n", *accepted));
  }
  if (options.verbose || on_terminal) write_error(summary_text(output.progress()) + '\n');
  if (options.verbose) tell(session, {.ignored = counts.ignored, .link = session.link->stats()});
  outcome.attempt([&] {
    if (session.recording != nullptr) session.recording->finish();
  });
  outcome.attempt([&] {
    write_page(page_file, session, options, info, page, {.ignored = counts.ignored, .link = stats},
               interrupted());
  });
  if (output.progress().of(State::unknown) != 0) outcome.add(failed_status);
  const int status = outcome.conclude();
  return interrupted() ? graver(status, interrupted_status) : status;
}

}  // namespace tracetcp::cli
