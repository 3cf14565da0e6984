#include "cli/targets_program.hpp"

#include "cli/program.hpp"
#include "cli/status.hpp"
#include "cli/target_list.hpp"
#include "cli/targets_output.hpp"
#include "cli/watch_live.hpp"
#include "cli/watch_program.hpp"
#include "cli/whole_file.hpp"
#include "platform/interrupt.hpp"
#include "platform/output.hpp"
#include "platform/privileges.hpp"
#include "platform/standard_streams.hpp"
#include "platform/terminal.hpp"
#include "session/list_run.hpp"

#include <tracetcp/error.hpp>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace tracetcp::cli {
namespace {

/// On a page of several targets a hop has the name that the first of them gives it.
class NamesOfAll final : public Names {
 public:
  NamesOfAll(const OpenedTargets& opened, const std::vector<PageTrace>& traces)
      : usual_(*opened.session.names) {
    constexpr std::size_t enough = 64;
    for (std::size_t i = 0; i < std::min(traces.size(), enough); ++i) {
      if (opened.names_for) all_.push_back(opened.names_for(traces[i].trace.target));
    }
  }

  void ask(Address /*address*/) override {}
  [[nodiscard]] std::optional<std::string> of(Address address) const override {
    for (const auto& names : all_) {
      auto name = names->of(address);
      if (name && !name->empty()) return name;
    }
    return usual_.of(address);
  }

 private:
  const Names& usual_;
  std::vector<std::unique_ptr<Names>> all_;
};

void write_page_of(ReportFiles& files, const OpenedTargets& opened, const Options& options,
                   TargetsOutput& output, const RunCounts& counts, bool is_interrupted) {
  if (files.page == nullptr) return;
  PageTraces& traces = output.page();
  traces.diagnose(PageTraces::Missing::of_controls);
  Page page = page_for(options, output.common_info());
  page.seed = std::to_string(opened.session.seed);
  page.counts = counts;
  page.interrupted = is_interrupted;
  const NamesOfAll names(opened, traces.traces());
  traces.hand_on(page, false);
  files.page->write(std::move(page), names);
}

int trace_list(OpenedTargets& opened, TargetFeed& feed, std::optional<std::size_t> lines,
               ReportFiles& files, const Options& options) {
  const auto& interrupted = Interrupt::requested;
  OpenedSession& session = opened.session;
  if (options.verbose) {
    for (const std::string& line : session.passed_over) write_error(line + '\n');
  }
  ListRun run(opened, options, interrupted);
  const auto counts = [&run] { return run.counts(); };
  TargetsOutput output({.options = options,
                        .opened = opened,
                        .networks = files.networks.get(),
                        .origin = input_name(options.targets_file),
                        .counts = counts,
                        .lines = lines,
                        .has_progress = error_is_terminal() && options.sim_file.empty()});
  Outcome outcome;
  outcome.attempt([&] { run.run(feed, output, output); });
  outcome.attempt([&] { output.finish(); });
  if (options.verbose) tell(session, counts());
  outcome.attempt([&] {
    if (session.recording != nullptr) session.recording->finish();
  });
  outcome.attempt([&] { write_page_of(files, opened, options, output, counts(), interrupted()); });
  outcome.add(output.status());
  const int status = outcome.conclude();
  return interrupted() ? graver(status, interrupted_status) : status;
}

std::vector<TargetLine> lines_in(const Options& options) {
  const AsCaller caller;
  return parse_targets(whole_file(options.targets_file), input_name(options.targets_file),
                       options.ports, options.shard);
}

/// What comes line by line is traced as it comes. In a simulated network no time passes until then.
bool is_coming(const Options& options) {
  return options.targets_file == "-" && options.sim_file.empty() && !options.watch;
}

int trace_coming(OpenedTargets& opened, ReportFiles& files, const Options& options,
                 const Waker& waker) {
  LineInput input(standard_input, [&waker] { waker.notify(); });
  ComingList list(input, input_name(options.targets_file), options.ports, options.shard);
  int status = trace_list(opened, list, std::nullopt, files, options);
  if (!list.failure().empty()) {
    write_error("tracetcp: " + list.failure() + '\n');
    status = graver(status, usage_status);
  } else if (input.failure() != 0) {
    status =
        graver(status, tell_failure(Error::system("cannot read standard input", input.failure())));
  }
  return status;
}

}  // namespace

int trace_targets(const Options& asked) {
  Options options = asked;
  options.sets_terminal = wants_screen(options);
  std::vector<TargetLine> lines;
  if (!is_coming(options)) lines = lines_in(options);
  ReportFiles files(options);
  const Waker waker;
  const Interrupt interrupt(waker);
  OpenedTargets opened;
  try {
    opened = open_targets(options, waker, files);
  } catch (const Error&) {
    if (Interrupt::requested()) return interrupted_status;
    throw;
  }
  if (options.watch) return watch_list(opened, std::move(lines), files, options);
  if (is_coming(options)) return trace_coming(opened, files, options, waker);
  const std::size_t count = lines.size();
  WholeList list(std::move(lines));
  return trace_list(opened, list, count, files, options);
}

}  // namespace tracetcp::cli
