#pragma once

#include "cli/matrix_tables.hpp"
#include "cli/options.hpp"

#include <tracetcp/report.hpp>

#include <cstddef>
#include <string>

namespace tracetcp {

/// Prints the reports on a capture. Gathers them to write them in large pieces, but for those on
/// what comes through a pipe.
class CaptureOutput {
 public:
  explicit CaptureOutput(const Options& options);

  /// Throws Error where it can't be written, as finish() does.
  void print(const Trace& trace, const Endpoint& source, const RunCounts& counts,
             const Names& names);

  /// There are no more traces.
  void finish();

  [[nodiscard]] bool shows_target_name() const { return !target_name_.empty(); }

 private:
  void add_report(const Trace& trace, const Endpoint& source, const RunCounts& counts,
                  const Names& names);
  void flush();

  const Options& options_;
  const std::string target_name_;
  MatrixTables matrix_;
  const std::size_t large_;  ///< bytes
  std::string text_;
};

}  // namespace tracetcp
