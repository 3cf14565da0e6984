#pragma once

#include "names/host_addresses.hpp"
#include "session/compared_trace.hpp"
#include "session/run_diagnosis.hpp"
#include "session/target_feed.hpp"
#include "session/ways_out.hpp"

#include <tracetcp/prober.hpp>
#include <tracetcp/session.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tracetcp {

/// A line of a list whose host is known.
struct TracedLine {
  std::size_t order = 0;           ///< which of those that were read, from 0
  std::size_t line = 0;            ///< its number in the list, from 1
  std::string host;                ///< as the list has it
  Address address;                 ///< that is traced
  std::vector<Address> addresses;  ///< that the host has, in the resolver's order
  PortList ports;                  ///< without those that another line named before
  WayOut way;
};

/// Learns what becomes of the lines of a list. Traces come as they end.
class LineObserver {
 public:
  virtual ~LineObserver() = default;

  /// Nothing of it is traced.
  virtual void failed(std::size_t order, std::size_t line, const std::string& why) = 0;
  /// Each port of it was named by a line before.
  virtual void repeated(std::size_t order, std::size_t line, const std::string& host) = 0;
  virtual void begun(const std::shared_ptr<const TracedLine>& line) = 0;
  /// `place`: of the port in the line.
  /// `silent_before`: how many traces of the port were silent before this one.
  virtual void ended(const TracedLine& line, std::size_t place, Trace& trace,
                     int silent_before) = 0;
  /// A trace that is compared with others, and worth showing by itself.
  virtual void control_ended(const TracedLine& line, const Trace& control) = 0;
};

/// Hands out the traces of the lines of a list, one for each port, in the order of the list but for
/// names that are still being looked up. Each gets its diagnosis in the light of the other ports of
/// its address that lines name; where they name only one, in that of port 443 or 80, see
/// ControlPlan. A trace begins when its first SYN may leave.
class LineTraces final : public TaskSource {
 public:
  struct Parts {
    Prober& prober;
    const SessionOptions& options;
    TargetFeed& feed;
    HostAddresses& hosts;
    WaysOut& ways;
    LineObserver& observer;
    /// Outcomes are to rest on the traces, see judge(): a port that is silent though each TTL was
    /// asked once is traced again. No two lines may name one host.
    bool judges = false;
    /// Once all ports of a host that is judged have ended, and none of them is open or it has but
    /// one, the first is compared with port 443 or 80.
    bool compares_judged = false;
  };
  /// `strategy`: with the lifetime of probes that are given up early, if there are any.
  LineTraces(const Parts& parts, const Strategy& strategy);

  Task* next(std::uint32_t first_id, TimePoint now) override;
  [[nodiscard]] bool exhausted() const override;
  [[nodiscard]] TimePoint wake() const override;
  void ended(Task& task) override;

  /// Hands on what is held back; to be called once the run is over.
  void finish();

 private:
  /// How many lines are looked up ahead, side by side.
  static constexpr std::size_t most_waiting = 64;
  /// Where a line has more ports their traces don't wait for each other.
  static constexpr std::size_t most_awaiting = 1000;
  /// How many traces are held back whose hosts have other ports yet to come.
  static constexpr std::size_t most_held = 1024;

  /// A line that was read.
  struct Waiting {
    std::size_t order = 0;
    TargetLine line;
    std::optional<HostAddresses::Found> found;  ///< empty: not known yet
  };
  /// Where a trace belongs.
  struct Placed {
    std::shared_ptr<const TracedLine> line;
    std::size_t place = 0;
    int silent_before = 0;
  };
  /// What is kept of an address while traces to it are under way, or held back.
  struct Active {
    explicit Active(RunDiagnosis::Sink sink)
        : diagnosis(RunDiagnosis::Tell::each, 0, std::nullopt, std::move(sink)) {}
    RunDiagnosis diagnosis;
    std::deque<Placed> taken;  ///< by the diagnosis, and not handed on
    std::size_t under_way = 0;
    bool compares = false;        ///< other ports are traced that no line names
    bool has_control = false;     ///< a trace to compare with has begun
    bool awaits_control = false;  ///< and not ended, which all others wait for
    bool awaits_all = false;      ///< traces wait for the last of their host
    bool is_compared = false;     ///< once all of them had ended, or it is to be
    std::vector<std::pair<Placed, Trace>> awaiting;
  };
  struct Host {
    PortList asked;  ///< by a line
    std::unique_ptr<Active> active;
  };
  struct Begun {
    Begun(std::uint32_t first_id, ComparedTrace::Parts parts, Address of, TimePoint now)
        : task(first_id, std::move(parts), now), address(of) {}
    Begun(std::uint32_t first_id, ComparedTrace::Parts parts, Address of, Trace ended,
          TimePoint now)
        : task(first_id, std::move(parts), std::move(ended), now), address(of) {}
    ComparedTrace task;
    Address address;
  };

  void read_ahead();
  void look_up(Waiting& waiting);
  bool open_next_line();
  bool open_line(Waiting& waiting);
  [[nodiscard]] bool must_wait(Address address) const;
  [[nodiscard]] bool is_named_again(const std::string& host, Address address) const;
  Task* begin(std::uint32_t first_id, Port port, std::optional<std::size_t> place, TimePoint now);
  Task* begin_comparison(std::uint32_t first_id, TimePoint now);
  Task* add(std::uint32_t first_id, ComparedTrace::Parts parts, std::optional<Trace> ended,
            TimePoint now);
  [[nodiscard]] const Strategy& strategy_for(const TracedLine& line) const;
  Active& active_of(Address address);
  void take(Placed placed, ComparedTrace::Ended& ended);
  void take_controls(const TracedLine& line, const std::vector<ComparedTrace::EndedControl>& all);
  void take_control(const TracedLine& line, const Trace& control, bool is_whole);
  [[nodiscard]] bool is_to_be_compared(const Active& active) const;
  void diagnose_awaiting(Active& active);
  void diagnose(const Placed& placed, Trace trace);
  void conclude(Address address);
  void release_oldest();
  [[nodiscard]] TimePoint ready() const;

  const Parts parts_;
  const Strategy usual_;
  const Strategy short_lived_;
  Pacer pacer_;  // of all traces together
  std::deque<Waiting> waiting_;
  std::shared_ptr<const TracedLine> open_;  // whose ports are being handed out; null: none
  std::size_t next_place_ = 0;
  std::size_t read_ = 0;  // lines
  std::size_t held_ = 0;  // traces
  std::deque<Address> holding_;
  std::deque<Address> to_compare_;  // all of whose traces have ended
  std::unordered_map<Address, Host> hosts_;
  std::list<Begun> begun_;
  std::unordered_map<const Task*, std::list<Begun>::iterator> place_of_;
};

}  // namespace tracetcp
