#pragma once

#include "audit/audited_line.hpp"
#include "cli/audit_output.hpp"
#include "cli/audit_rules.hpp"
#include "cli/options.hpp"
#include "cli/program.hpp"
#include "cli/status.hpp"
#include "session/page_traces.hpp"

#include <tracetcp/report.hpp>
#include <tracetcp/run_counts.hpp>
#include <tracetcp/trace.hpp>

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace tracetcp::cli {

/// What becomes of the rules of a policy, which have their places in it: prints their lines in that
/// order, and writes the files.
class AuditResults {
 public:
  AuditResults(const Options& options, std::vector<AuditRule> rules,
               std::function<bool()> interrupted);

  [[nodiscard]] const std::vector<AuditRule>& rules() const { return rules_; }
  /// To be opened while the privileges are there.
  [[nodiscard]] ReportFiles& files() { return files_; }
  [[nodiscard]] PageTraces& page() { return page_; }

  /// A trace of one of the rule's ports, with its diagnosis. `silent_before` as for judge().
  void take(std::size_t rule, const Trace& trace, const RunInfo& info, const RunCounts& counts,
            int silent_before);

  /// Not all of the rule's ports could be traced.
  void fail(std::size_t rule, const std::string& why);

  /// There is no more to come of it. Prints what is ready.
  void end(std::size_t rule);

  /// What traces have in common is on the page.
  void describe(const RunInfo& info, const RunCounts& counts);

  /// Prints the last line and writes the files. Returns the exit status.
  int conclude(Outcome& outcome);

 private:
  void write_files();
  [[nodiscard]] int status() const;

  const Options& options_;
  const std::vector<AuditRule> rules_;
  const std::function<bool()> interrupted_;
  std::vector<AuditedLine> lines_;  ///< one a rule
  std::vector<bool> ended_;         ///< likewise
  std::size_t printed_ = 0;
  AuditTally tally_;
  AuditOutput output_;
  PageTraces page_;
  ReportFiles files_;
  RunInfo info_;
  RunCounts counts_;
  bool could_not_ = false;
};

}  // namespace tracetcp::cli
