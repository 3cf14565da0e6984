#pragma once

#include "report/terminal/terminal_report.hpp"
#include "session/forwarding.hpp"

#include <cstddef>
#include <deque>
#include <functional>
#include <string>

namespace tracetcp::cli {

/// The lines at the end of a terminal that are not printed for good yet: the hops that answered, as
/// far as they did, and what is being waited for. They are written anew as more is known, and make
/// way for each line that is printed.
class LiveArea {
 public:
  struct Parts {
    const TerminalReport& report;
    std::size_t most_lines;
    std::function<void(const std::string&)> write;  ///< to the terminal
  };

  explicit LiveArea(Parts parts) : parts_(std::move(parts)), printed_(*this) {}

  /// What lines are to be printed from: the report, which so keeps account of them.
  [[nodiscard]] const Report& printed() const { return printed_; }

  /// Prints text for good.
  void print(const std::string& text);

  /// Shows a line that says what is being done, until something else is shown.
  void announce(const std::string& what);

  /// Takes away what is left.
  void clear();

  void begun(const Trace& trace);
  /// The trace that was begun last, as it is by now.
  void keep(const Trace& trace);
  void settled(Ttl ttl);
  void finished(const Trace& trace);

  /// Draws what has changed. Returns when it wants to be called again.
  TimePoint tick(TimePoint now);

 private:
  /// A trace of which something is not printed yet.
  struct Shown {
    Trace trace;       ///< as it was last seen
    int printed = -1;  ///< up to this TTL; -1: not even its beginning
    int settled = 0;   ///< likewise
    bool is_finished = false;
  };

  class Printed final : public Report {
   public:
    explicit Printed(LiveArea& area) : area_(area) {}
    void add_begin(std::string& text, const Trace& trace) const override;
    void add_hop(std::string& text, const Trace& trace, const Hop& hop) const override;
    void add_answer(std::string& text, const Trace& trace) const override;
    void add_end(std::string& text, const Trace& trace, const RunCounts& counts) const override;

   private:
    LiveArea& area_;
  };

  [[nodiscard]] std::string erased() const;
  [[nodiscard]] std::string drawn() const;
  [[nodiscard]] std::string what_is_done() const;
  [[nodiscard]] std::string rows(const Shown& shown) const;
  void put(const std::string& before);

  const Parts parts_;
  const Printed printed_;
  std::deque<Shown> shown_;   ///< the first of them is being printed
  std::string announcement_;  ///< empty: none
  std::string on_screen_;     ///< the lines as they stand there
  bool has_changed_ = false;
  TimePoint drawn_at_{};
};

/// Shows what a run finds out before it is printed. Stands between the run and its printer, which
/// prints by the area.
class LiveObserver final : public Forwarding, public Meanwhile {
 public:
  LiveObserver(Observer& printer, LiveArea& area) : Forwarding(printer), area_(area) {}

  void begun(const Trace& trace) override;
  void progressed(const Trace& trace) override { area_.keep(trace); }
  void settled(const Trace& trace, const Hop& hop) override;
  void finished(const Trace& trace) override;
  TimePoint tick(TimePoint now) override { return area_.tick(now); }

 private:
  LiveArea& area_;
};

}  // namespace tracetcp::cli
