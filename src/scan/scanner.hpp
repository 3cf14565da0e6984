#pragma once

#include "scan/controls.hpp"
#include "scan/port_record.hpp"
#include "scan/scan_rate.hpp"
#include "scan/scan_timeouts.hpp"

#include <tracetcp/prober.hpp>
#include <tracetcp/scan.hpp>
#include <tracetcp/strategy.hpp>

#include <deque>
#include <utility>
#include <vector>

namespace tracetcp {

/// The strategy of a port scan: a pure state machine that says which port to ask next and until
/// when to wait. No I/O, no clock. What it remembers is bounded by the number of ports under way,
/// from the first that is not certain to the last that was asked.
class Scanner {
 public:
  Scanner(const Strategy& strategy, const Job& job, TimePoint now);
  Scanner(const Scanner&) = delete;
  Scanner& operator=(const Scanner&) = delete;

  /// Appends the SYNs that are due now. They count as sent now until sent() knows better.
  void next(TimePoint now, std::vector<Probe>& due);

  /// Our own SYN was captured on its way out.
  void sent(const SentProbe& probe);

  /// False: the answer changes nothing, as it comes late or twice. A stray is noted.
  bool on(const Reply& reply);

  /// Draws conclusions from what did not come until now.
  void settle(TimePoint now);

  /// Waits no more for what may contradict the answers that came until then.
  void settle_held(TimePoint until = never);

  /// When there will be something to do, unless an answer comes.
  [[nodiscard]] TimePoint wake() const;

  /// Ports under way, in order; the first is the one to be handed over next.
  [[nodiscard]] const std::deque<PortRecord>& under_way() const { return records_; }
  [[nodiscard]] bool is_under_way(Port port) const {
    return !records_.empty() && port >= records_.front().port && port <= records_.back().port;
  }
  /// The first port under way was handed over.
  void pop(State state);

  [[nodiscard]] bool done() const { return next_ == job_.ports.size() && records_.empty(); }

  [[nodiscard]] ScanProgress progress(TimePoint now) const;

 private:
  /// A port was asked so often; kept in the order of asking.
  struct Ask {
    Port port;
    std::uint8_t tries;
    TimePoint time;
  };

  [[nodiscard]] Probe probe(Port port, Lane lane) const;
  void ask(PortRecord& record, TimePoint now, std::vector<Probe>& due);
  void note(Port port, const Stray& stray);
  bool take_answer(PortRecord& record, const PortAnswer& answer);
  void learn(const PortRecord& record, const PortAnswer& answer);
  void settle_asks(TimePoint now);
  void settle_endings(TimePoint now);
  void settle_controls(TimePoint now);
  bool take_most_silent();
  [[nodiscard]] bool in_lossy_time(TimePoint time) const;
  void settle(PortRecord& record, TimePoint now);
  [[nodiscard]] int wanted_tries() const;
  [[nodiscard]] Duration hold() const;
  PortRecord* find(Port port);

  const Strategy strategy_;
  const Job job_;
  ScanTimeouts timeouts_;
  ScanRate rate_;
  std::deque<PortRecord> records_;
  std::size_t next_ = 0;     // which port of the job is asked next; the records are those before it
  std::deque<Ask> asks_;     // that may still be answered in time
  std::deque<Port> again_;   // ports whose next try is due
  std::deque<Ask> endings_;  // the last tries of ports
  std::deque<Ask> held_;     // ports whose RST or ICMP error a SYN-ACK to the same SYN may follow
  Controls controls_;
  int dead_rounds_ = 0;  // of controls, in a row
  /// Counts at the end of the last round of controls.
  std::uint64_t answers_before_ = 0;
  std::uint64_t asks_before_ = 0;
  /// From when until when so much was lost that the rate was halved; the last few.
  std::deque<std::pair<TimePoint, TimePoint>> lossy_times_;
  std::uint64_t answers_ = 0;  // of the target, to tries
  std::uint64_t asked_ = 0;    // tries
  ScanProgress progress_;
};

}  // namespace tracetcp
