#pragma once

#include "cli/look.hpp"
#include "cli/matrix_tables.hpp"
#include "cli/options.hpp"

#include <tracetcp/report.hpp>
#include <tracetcp/summary.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace tracetcp::cli {

/// Prints the reports on a capture. Gathers them to write them in large pieces, but for those on
/// what comes through a pipe.
class CaptureOutput {
 public:
  /// `live`: what comes through a pipe is printed at once. `networks`: see RunInfo.
  CaptureOutput(const Options& options, bool live, const Networks* networks);

  /// Throws Error where it can't be written, as finish() does.
  void print(const Trace& trace, const Endpoint& source, const RunCounts& counts,
             const Names& names);

  /// There are no more traces; what there was besides.
  void finish(const std::vector<Summary>& summaries);

  [[nodiscard]] bool shows_target_name() const { return !target_name_.empty(); }

 private:
  void add_report(const Trace& trace, const Endpoint& source, const RunCounts& counts,
                  const Names& names);
  void add_sentence_of(const Summary& summary);
  void flush();

  const Options& options_;
  const Networks* networks_;
  const std::optional<Look> look_;
  const std::string target_name_;
  MatrixTables matrix_;
  const std::size_t large_;  ///< bytes
  std::string text_;
  bool has_printed_ = false;
};

}  // namespace tracetcp::cli
