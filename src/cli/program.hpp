#pragma once

#include "cli/compare_program.hpp"
#include "cli/options.hpp"
#include "cli/page_file.hpp"
#include "session/opened_session.hpp"
#include "session/page_traces.hpp"

#include <tracetcp/networks.hpp>
#include <tracetcp/report.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tracetcp::cli {

/// Does what the options ask for and writes the report to standard output. Returns the exit status,
/// see status.hpp; failures are printed by then. Throws Error where nothing was found yet.
int trace(const Options& options);

/// What reports need that is opened while the privileges are there.
class ReportFiles final : public Beside {
 public:
  explicit ReportFiles(const Options& options) : options_(options) {}

  void open(std::vector<std::string>& passed_over) override;
  void recorded_to(const std::string& file) override;
  void discard() override;

  std::unique_ptr<Networks> networks;  ///< null where none are named
  std::unique_ptr<PageFile> page;      ///< null where none is wanted; likewise
  std::unique_ptr<ReportFile> junit;
  std::unique_ptr<Baseline> baseline;
  bool has_screen = false;  ///< a watch is shown on the whole terminal

 private:
  const Options& options_;
};

/// What a run found out.
struct RunResult {
  RunInfo info;
  PageTraces traces{true};  ///< with their diagnoses
  RunCounts counts;
};

/// What a run is part of.
struct RunAround {
  std::function<bool()> interrupted;              ///< whether to end early
  std::function<void(const std::string&)> write;  ///< its report; empty: to standard output
  std::function<void(RunResult)> ended;           ///< empty: not wanted
};

/// The same in a session that is open.
int trace_in(OpenedSession& session, ReportFiles& files, const Options& options,
             const RunAround& around);

/// Writes the page, where `file` is not null, once the recording is finished.
void write_page(PageFile* file, const OpenedSession& session, const Options& options,
                const RunInfo& info, PageTraces& traces, const RunCounts& counts,
                bool is_interrupted);

/// For --verbose, to standard error: what can't be seen in the report.
void tell(const OpenedSession& session, const RunCounts& counts);

}  // namespace tracetcp::cli
