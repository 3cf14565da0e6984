#pragma once

#include "cli/look.hpp"
#include "cli/options.hpp"
#include "cli/progress_line.hpp"
#include "session/expectation_check.hpp"
#include "session/line_traces.hpp"
#include "session/opened_targets.hpp"
#include "session/page_traces.hpp"

#include <tracetcp/engine.hpp>
#include <tracetcp/report.hpp>
#include <tracetcp/sentences.hpp>

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tracetcp::cli {

/// Prints the traces of a list, each once the names in it are known or were waited for: in the
/// order of the list; JSON as they end.
class TargetsOutput final : public LineObserver, public Meanwhile {
 public:
  struct Parts {
    const Options& options;
    const OpenedTargets& opened;
    const Networks* networks;  ///< null where none are named
    std::string origin;        ///< what messages call the list
    std::function<RunCounts()> counts;
    std::optional<std::size_t> lines;  ///< that the list has; empty: not known yet
    bool has_progress = false;         ///< a line on the terminal says how far it is
  };
  explicit TargetsOutput(Parts parts);

  void failed(std::size_t order, std::size_t line, const std::string& why) override;
  void repeated(std::size_t order, std::size_t line, const std::string& host) override;
  void begun(const std::shared_ptr<const TracedLine>& line) override;
  void ended(const TracedLine& line, std::size_t place, Trace& trace, int silent_before) override;
  void control_ended(const TracedLine& line, const Trace& control) override;

  void heard(Address from) override { parts_.opened.session.names->ask(from); }
  TimePoint tick(TimePoint now) override;
  [[nodiscard]] bool idle() const override { return waiting_.empty(); }

  /// Prints what is left, with the names known by now; of a run that was cut short lines are
  /// missing.
  void finish();

  /// The exit status that follows from what was found, after finish(). What is not as expected is
  /// printed.
  [[nodiscard]] int status() const;

  [[nodiscard]] PageTraces& page() { return page_; }
  /// What the lines have in common.
  [[nodiscard]] RunInfo common_info() const;

 private:
  /// What is printed of a port, or kept until those before it are there.
  struct Piece {
    std::string text;
    std::optional<Trace> row;  ///< of a matrix, whose rows know those before
  };
  /// A line whose traces are not all printed.
  struct Shown {
    std::shared_ptr<const TracedLine> line;  ///< null: there is nothing of it to print
    RunInfo info;
    std::unique_ptr<Names> own_names;  ///< null: the session's
    std::unique_ptr<Report> report;
    FindingLines findings;  ///< of a matrix
    std::map<std::size_t, Piece> pieces;
    std::size_t printed = 0;  ///< ports
    std::size_t ended = 0;    ///< likewise
  };
  /// A trace that waits for names.
  struct Waiting {
    std::size_t order = 0;
    std::size_t place = 0;
    Trace trace;
    std::vector<Address> unknown;
    TimePoint due;  ///< then it is printed as it is
  };

  [[nodiscard]] bool is_json() const { return parts_.options.format == Format::json; }
  [[nodiscard]] bool is_matrix() const { return parts_.options.format == Format::matrix; }
  [[nodiscard]] const Names& names_of(const Shown& shown) const;
  [[nodiscard]] bool is_ready(Waiting& waiting) const;
  void skip(std::size_t order);
  void write(const std::string& text);
  void tell(const std::string& text);
  void put(Waiting& waiting);
  void print_ready();
  void print(Shown& shown);
  void close(Shown& shown);

  Parts parts_;
  const std::optional<Look> look_;
  PageTraces page_;
  ExpectationCheck expectation_;
  std::map<std::size_t, Shown> shown_;  ///< by TracedLine::order
  std::size_t next_ = 0;                ///< of them: the one that is printed next
  std::deque<Waiting> waiting_;
  TimePoint now_{};
  ProgressLine progress_;
  std::optional<TimePoint> started_;
  std::size_t done_ = 0;  ///< lines
  bool has_printed_ = false;
  bool could_not_ = false;  ///< a line could not be traced, or nothing is known of a port
};

}  // namespace tracetcp::cli
