#pragma once

#include "capture/trace_sink.hpp"
#include "cli/capture_output.hpp"
#include "cli/page_file.hpp"
#include "cli/pending_reports.hpp"
#include "platform/real_time.hpp"
#include "platform/waker.hpp"
#include "session/page_traces.hpp"
#include "session/run_diagnosis.hpp"

#include <deque>
#include <memory>
#include <span>
#include <vector>

namespace tracetcp::cli {

/// Reports on the traces of a capture: puts each together, diagnoses it in the light of others,
/// waits for the names in it and prints it, all in the order in which they were found. Used by one
/// thread at a time.
class CaptureReports final : public TraceSink {
 public:
  /// `wake` is notified of each name that becomes known, and ends waits for names.
  /// `live` and `networks` as in CaptureOutput. `with_controls`: of each family all traces but the
  /// first are only compared with it.
  CaptureReports(const Options& options, bool live, bool with_controls, const Networks* networks,
                 const Waker& wake);

  void take(TraceAssembly& found, const RunCounts& counts) override;

  /// Prints those whose names have been waited for.
  void tick() override { pending_.tick(); }

  [[nodiscard]] TimePoint due() const override { return pending_.due(); }

  /// Prints what is left, then the summaries.
  void finish(const RunCounts& counts, const std::vector<Summary>& summaries) override;

  /// After finish(): writes the page.
  void write_page(PageFile& file, const std::vector<Summary>& summaries, bool is_interrupted);

  [[nodiscard]] bool found_any() const { return found_any_; }

  /// See RunDiagnosis::as_expected().
  [[nodiscard]] bool as_expected() const { return diagnosis_.as_expected(); }
  [[nodiscard]] std::string unexpected() const { return diagnosis_.unexpected(); }

 private:
  void print(Trace& diagnosed);

  void finish_compared();
  void compare_with_first(std::span<FoundTrace> run);

  const Options& options_;
  const Networks* networks_;
  const bool with_controls_;
  std::vector<FoundTrace> compared_;  ///< with_controls_: held back until all are known
  const SteadyRealTime clock_;
  CaptureOutput output_;
  PageTraces page_;
  const std::unique_ptr<Names> names_;
  PendingReports pending_;
  RunDiagnosis diagnosis_;
  SpareMemory spare_;
  std::deque<Endpoint> sources_;  ///< of the traces that the diagnosis has not handed on yet
  RunCounts counts_;              ///< when the last of them was found
  bool found_any_ = false;
};

}  // namespace tracetcp::cli
