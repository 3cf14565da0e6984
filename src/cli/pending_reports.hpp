#pragma once

#include <tracetcp/names.hpp>
#include <tracetcp/reading.hpp>
#include <tracetcp/report.hpp>

#include <deque>
#include <functional>
#include <vector>

namespace tracetcp::cli {

/// Holds back the traces of a capture until the names in them are known, but no longer than a live
/// run holds back a line. The reading goes on meanwhile, unless very many wait.
class PendingReports {
 public:
  struct Parts {
    Names& names;
    bool header_has_name;  ///< reports show the reverse name of the target
    std::function<TimePoint()> now;
    std::function<void(TimePoint until)> wait;  ///< may return early
    std::function<void(const FoundTrace&, const RunCounts&)> print;
  };

  explicit PendingReports(Parts parts) : parts_(std::move(parts)) {}

  /// Asks for the names in it. They are printed in the order of this.
  void add(FoundTrace found, const RunCounts& counts);

  /// Prints those at the front that have waited long enough.
  void tick();

  /// When the first of them will have waited long enough, if not sooner; never: there is none.
  [[nodiscard]] TimePoint due() const { return pending_.empty() ? never : pending_.front().due; }

  /// Prints all.
  void finish() { print_all_but(0); }

 private:
  struct Pending {
    FoundTrace found;
    RunCounts counts;
    std::vector<Address> unknown;  ///< whose names there was no answer for so far
    TimePoint due;                 ///< then it is printed as it is
  };

  [[nodiscard]] bool is_ready(Pending& pending) const;
  void print_all_but(std::size_t few);

  Parts parts_;
  std::deque<Pending> pending_;
};

}  // namespace tracetcp::cli
