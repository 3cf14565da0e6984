#pragma once

#include "cli/live_area.hpp"
#include "cli/look.hpp"
#include "cli/options.hpp"
#include "cli/ports_progress.hpp"
#include "report/terminal/ports_report.hpp"

#include <tracetcp/names.hpp>
#include <tracetcp/report.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace tracetcp::cli {

/// The way of a run's report to standard output: in the form that the options ask for, and on a
/// terminal with hops whose lines fill up as answers come, or as a summary of many ports.
class ReportOutput {
 public:
  using Write = std::function<void(const std::string&)>;

  /// `write` takes the place of standard output, of which nothing is written anew then; empty: none
  /// does.
  ReportOutput(const Options& options, const RunInfo& info, const Names& names,
               const Write& write = {});

  /// What the printer prints from, and how it prints.
  [[nodiscard]] const Report& report() const;
  void print(const std::string& text);

  /// The printer, or what is to get the run's events in its place and hands them on. To be called
  /// once.
  [[nodiscard]] Observer& before(Observer& printer);

  /// After that: what of it has deadlines of its own; null: nothing.
  [[nodiscard]] Meanwhile* meanwhile();

  /// What is being done that nothing else shows.
  void announce(const std::string& what);

  /// Whether traces are rows of one table, or groups of it, and not printed one by one.
  [[nodiscard]] bool has_table() const { return ports_ != nullptr || is_matrix_; }

  /// All traces are printed: what the report has to say of them together.
  void close();

  /// After that: a line that is no part of a report.
  void print_line(const std::string& line);

 private:
  const Write write_;
  const std::optional<Look> look_;
  std::unique_ptr<Report> plain_;                      ///< one of these two
  std::unique_ptr<const TerminalReport> on_terminal_;  ///< likewise
  std::unique_ptr<LiveArea> area_;                     ///< null where nothing is written anew
  std::unique_ptr<const PortsReport> ports_;           ///< null where traces are printed one by one
  std::size_t port_count_;
  bool is_matrix_;
  std::optional<LiveObserver> live_;
  std::optional<PortsProgress> progress_;
};

}  // namespace tracetcp::cli
