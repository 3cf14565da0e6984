#pragma once

#include "cli/options.hpp"

#include <tracetcp/compare.hpp>
#include <tracetcp/report.hpp>

#include <optional>
#include <string>
#include <vector>

namespace tracetcp::cli {

/// Compares the two files that the options name and prints what changed. Returns the exit status,
/// see status.hpp. Throws Error.
int compare_files(const Options& options);

/// The traces of a run, beside those of an earlier file.
class Baseline {
 public:
  /// Reads the file in a process without privileges. Throws Error.
  explicit Baseline(const std::string& file);

  /// The port that all of its traces left from, so that a new one takes the same path; empty: there
  /// is no such.
  [[nodiscard]] std::optional<Port> source_port() const;

  /// The diagnosis must be there.
  void take(const Trace& trace, const RunInfo& info);

  /// Prints what changed. Returns the exit status that follows. Throws Error.
  [[nodiscard]] int report(Format format) const;

 private:
  std::string file_;
  std::vector<RecordedPort> before_;
  std::string now_;  ///< as of --json
};

}  // namespace tracetcp::cli
