#pragma once

#include <tracetcp/engine.hpp>
#include <tracetcp/names.hpp>
#include <tracetcp/report.hpp>

#include <deque>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

namespace tracetcp::cli {

/// Writes the report of a run as it settles. A line waits for the names in it, but only so long
/// after they were asked for as a name server that is alive needs; the probing never waits.
class Printer final : public Observer, public Meanwhile {
 public:
  struct Parts {
    const Report& report;
    Names& names;
    bool header_has_name;  ///< begin() shows the reverse name of the target
    std::function<RunCounts()> counts;
    std::function<void(const std::string&)> write;
  };

  explicit Printer(Parts parts) : parts_(std::move(parts)) {}

  void begun(const Trace& trace) override;
  void settled(const Trace& trace, const Hop& hop) override;
  void answered(const Trace& trace) override;
  void finished(const Trace& trace) override;
  void heard(Address from) override;
  TimePoint tick(TimePoint now) override;
  [[nodiscard]] bool idle() const override { return waiting_.empty(); }

  /// Writes all that still waits, with the names known by now.
  void flush();

 private:
  /// A piece of the report that waits for names.
  struct Piece {
    std::function<std::string()> text;
    std::vector<Address> names;
  };

  /// Writes text() now, or keeps later() until the names are there. Only later() may outlive the
  /// call: it holds copies, which most pieces never need.
  template <class Text, class Later>
  void say(const std::vector<Address>& names, Text text, Later later);
  [[nodiscard]] TimePoint ready(const std::vector<Address>& names) const;

  Parts parts_;
  std::deque<Piece> waiting_;
  std::unordered_map<Address, TimePoint> asked_;
  TimePoint now_{};
  bool has_answer_ = false;  ///< of the trace that is finished next the answer was said
};

}  // namespace tracetcp::cli
